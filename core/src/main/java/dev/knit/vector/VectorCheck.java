package dev.knit.vector;

/** What a vector must be to be stored or searched for. */
public final class VectorCheck {
  /** The largest squared norm, so that no squared distance is beyond float32. */
  private static final double LONGEST = Float.MAX_VALUE / 4;

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
    double squares = squares(vector);
    if (squares > 0 && squares <= LONGEST) {
      return null; // so every value is finite
    }
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return "has %s at position %d; every value must be finite.".formatted(vector[i], i);
      }
    }
    if (squares > LONGEST) {
      return "is too long for float32: its squared norm is %.3g; scale the vectors down."
          .formatted(squares);
    }
    return squares == 0 && metric == Metric.COSINE
        ? "is all zero, which has no direction for cosine; remove it or use another metric."
        : null;
  }

  /**
   * The squared norm, by four sums that need not wait for one another; not finite when a value is
   * not.
   */
  private static double squares(float[] vector) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i <= vector.length - 4; i += 4) {
      a += (double) vector[i] * vector[i];
      b += (double) vector[i + 1] * vector[i + 1];
      c += (double) vector[i + 2] * vector[i + 2];
      d += (double) vector[i + 3] * vector[i + 3];
    }
    for (; i < vector.length; i++) {
      a += (double) vector[i] * vector[i];
    }
    return a + b + c + d;
  }
}
