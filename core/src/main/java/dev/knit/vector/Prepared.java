package dev.knit.vector;

/** The form in which vectors are stored and measured, made in one place for rows and queries. */
final class Prepared {
  private Prepared() {}

  /** Writes a checked vector to {@code out}, scaled to unit length under cosine, −0 as 0. */
  static void write(Metric metric, float[] vector, float[] out, int offset) {
    write(metric, vector, vector.length, out, offset);
  }

  /** Brings the first {@code dimension} components into that form where they are. */
  static void write(Metric metric, int dimension, float[] vector) {
    write(metric, vector, dimension, vector, 0);
  }

  private static void write(Metric metric, float[] vector, int dimension, float[] out, int offset) {
    if (metric == Metric.COSINE) {
      scale(vector, dimension, 1 / Math.sqrt(dot(vector, 0, dimension)), out, offset);
      return;
    }
    for (int i = 0; i < dimension; i++) {
      out[offset + i] = vector[i] + 0f;
    }
  }

  private static void scale(float[] vector, int dimension, double scale, float[] out, int offset) {
    for (int i = 0; i < dimension; i++) {
      out[offset + i] = (float) (vector[i] * scale) + 0f;
    }
  }

  /** Writes the component that makes all vectors as long as the longest; returns R². */
  static double augment(FlatVectors vectors, float maxNorm) {
    double square = (double) maxNorm * maxNorm;
    for (int node = 0; node < vectors.size(); node++) {
      square = Math.max(square, square(vectors, node));
    }
    for (int node = 0; node < vectors.size(); node++) {
      augment(vectors, node, square);
    }
    return square;
  }

  /** Writes that component of one vector, whose squared norm is at most {@code square}. */
  static void augment(FlatVectors vectors, int node, double square) {
    float[] chunk = vectors.chunk(node);
    int end = vectors.offset(node) + vectors.dimension();
    chunk[end] = augmentation(square, square(vectors, node));
  }

  /** The component that makes a vector as long as {@code maxNorm}. */
  static float augmentation(float[] vector, int dimension, double maxNorm) {
    return augmentation(maxNorm * maxNorm, dot(vector, 0, dimension));
  }

  private static float augmentation(double square, double ownSquare) {
    return (float) Math.sqrt(Math.max(0, square - ownSquare));
  }

  /** The squared norm of {@code vector}. */
  static double square(float[] vector) {
    return dot(vector, 0, vector.length);
  }

  private static double square(FlatVectors vectors, int node) {
    return dot(vectors.chunk(node), vectors.offset(node), vectors.dimension());
  }

  private static double dot(float[] values, int offset, int length) {
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
