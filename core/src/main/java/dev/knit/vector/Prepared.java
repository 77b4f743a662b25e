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

  /** Writes the component that makes all vectors as long as the longest. */
  static void augment(FlatVectors vectors, float maxNorm) {
    int dimension = vectors.dimension();
    double square = (double) maxNorm * maxNorm;
    for (int node = 0; node < vectors.size(); node++) {
      square = Math.max(square, dot(vectors.chunk(node), vectors.offset(node), dimension));
    }
    for (int node = 0; node < vectors.size(); node++) {
      float[] chunk = vectors.chunk(node);
      int offset = vectors.offset(node);
      chunk[offset + dimension] = (float) Math.sqrt(square - dot(chunk, offset, dimension));
    }
  }

  private static double dot(float[] values, int offset, int length) {
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
