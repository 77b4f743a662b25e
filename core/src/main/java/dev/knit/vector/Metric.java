package dev.knit.vector;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How far apart two vectors are. Every metric is a distance: smaller is nearer.
 *
 * <p>Kernels compare by a <i>key</i> that orders like the distance but is cheaper ({@code l2}
 * leaves out the root); {@link #distance} turns a key into what users see.
 */
public enum Metric {
  /** Euclidean distance; its key is the squared distance. */
  L2,
  /** 1 − cosine similarity, from 0 to 2; vectors are stored with unit length. */
  COSINE,
  /** The negated dot product; may be negative. Not a metric in the mathematical sense. */
  INNER_PRODUCT,
  /** Manhattan distance. */
  L1;

  /** The distance for a {@code key} that a {@link Distances} measured from a query. */
  public float distance(float key) {
    return switch (this) {
      case L2 -> (float) Math.sqrt(key);
      case COSINE -> Math.min(2f, Math.max(0f, 1f + key));
      case INNER_PRODUCT -> key + 0f; // a product of 0 is negated to −0
      case L1 -> key;
    };
  }

  /**
   * The name used in options and files: {@code l2}, {@code cosine}, {@code inner_product}, {@code
   * l1}.
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The metric of that name, whatever its case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Metric of(String id) {
    for (Metric metric : values()) {
      if (metric.id().equalsIgnoreCase(id)) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        "Metric '%s' is unknown; use one of %s."
            .formatted(
                id, Arrays.stream(values()).map(Metric::id).collect(Collectors.joining(", "))));
  }
}
