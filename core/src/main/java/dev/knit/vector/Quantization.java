package dev.knit.vector;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** In what form the vectors are held that a graph is built and walked by. */
public enum Quantization {
  /** As float32. */
  NONE,
  /** As one byte per component, see {@link QuantizedVectors}. */
  INT8;

  /** These vectors in this form. */
  public VectorValues apply(VectorValues vectors) {
    return this == NONE ? vectors : QuantizedVectors.of(vectors);
  }

  /**
   * The same of vectors to which some were added, with the same R of {@code inner_product}.
   *
   * @param before those that were there before, in this form; null for none. Its arrays may be
   *     shared, so nothing else may go on from it
   */
  public VectorValues apply(VectorValues vectors, VectorValues before) {
    return this == NONE ? vectors : QuantizedVectors.of(vectors, (QuantizedVectors) before);
  }

  /** The name used in options and files: {@code none}, {@code int8}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The form of that name, whatever its case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Quantization of(String id) {
    for (Quantization quantization : values()) {
      if (quantization.id().equalsIgnoreCase(id)) {
        return quantization;
      }
    }
    throw new IllegalArgumentException(
        "Quantization '%s' is unknown; use one of %s."
            .formatted(
                id,
                Arrays.stream(values()).map(Quantization::id).collect(Collectors.joining(", "))));
  }
}
