package dev.knit.vector;

/** The form in which vectors are stored and measured, made in one place for rows and queries. */
final class Prepared {
  private Prepared() {}

  /** Writes a checked vector to {@code out}, scaled to unit length under cosine, −0 as 0. */
  static void write(Metric metric, float[] vector, float[] out, int offset) {
    double scale = metric == Metric.COSINE ? 1 / Math.sqrt(dot(vector, 0, vector.length)) : 1;
    for (int i = 0; i < vector.length; i++) {
      out[offset + i] = (float) (vector[i] * scale) + 0f;
    }
  }

  /** Writes the component that makes all vectors as long as the longest; returns that length. */
  static double augment(FlatVectors vectors, float maxNorm) {
    float[] vector = new float[vectors.dimension()];
    double longest = maxNorm;
    for (int node = 0; node < vectors.size(); node++) {
      vectors.copy(node, vector);
      longest = Math.max(longest, Math.sqrt(dot(vector, 0, vector.length)));
    }
    for (int node = 0; node < vectors.size(); node++) {
      vectors.copy(node, vector);
      int offset = vectors.offset(node) + vector.length;
      vectors.chunk(node)[offset] = augmentation(vector, vector.length, longest);
    }
    return longest;
  }

  /** The component that makes a vector as long as {@code maxNorm}. */
  static float augmentation(float[] vector, int dimension, double maxNorm) {
    double rest = maxNorm * maxNorm - dot(vector, 0, dimension);
    return (float) Math.sqrt(Math.max(0, rest));
  }

  private static double dot(float[] values, int offset, int length) {
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
