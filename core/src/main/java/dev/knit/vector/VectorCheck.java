package dev.knit.vector;

/** What a vector must be to be stored or searched for. */
public final class VectorCheck {
  private VectorCheck() {}

  /**
   * Checks one vector.
   *
   * @throws IllegalArgumentException naming what is wrong: the length, the place of a value that is
   *     not finite, or that all values are zero under {@code cosine}
   */
  public static void check(float[] vector, int dimension, Metric metric) {
    String problem = problem(vector, dimension, metric);
    if (problem != null) {
      throw new IllegalArgumentException("Vector " + problem);
    }
  }

  /**
   * What is wrong with a vector, as the rest of a sentence that begins with its name, or null when
   * it is fine.
   */
  public static String problem(float[] vector, int dimension, Metric metric) {
    if (vector == null) {
      return "is null, but dimension %d was expected.".formatted(dimension);
    }
    if (vector.length != dimension) {
      return "has dimension %d, but %d was expected.".formatted(vector.length, dimension);
    }
    boolean zero = true;
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return "has %s at position %d; every value must be finite.".formatted(vector[i], i);
      }
      zero &= vector[i] == 0;
      squares += (double) vector[i] * vector[i];
    }
    if (squares > Float.MAX_VALUE / 4) {
      return "is too long for float32: its squared norm is %.3g; scale the vectors down."
          .formatted(squares);
    }
    return zero && metric == Metric.COSINE
        ? "is all zero, which has no direction for cosine; remove it or use another metric."
        : null;
  }
}
