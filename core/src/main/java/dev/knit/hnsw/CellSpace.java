package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;

/**
 * The space that {@link Cells} divide: that of the vectors as they are stored, under {@code
 * inner_product} with the component that makes all of them as long as {@code maxNorm}. Distances in
 * it are Euclidean, or Manhattan under {@code l1}, so that the triangle inequality holds.
 */
record CellSpace(Metric metric, int vectorDimension, double maxNorm) {

  static CellSpace of(VectorValues vectors) {
    return new CellSpace(vectors.metric(), vectors.dimension(), vectors.maxNorm());
  }

  /** What measures its points. */
  Metric measure() {
    return metric == Metric.L1 ? Metric.L1 : Metric.L2;
  }

  int dimension() {
    return metric == Metric.INNER_PRODUCT ? vectorDimension + 1 : vectorDimension;
  }

  /** Writes the point of a node to {@code out}, of {@link #dimension} floats. */
  void read(VectorValues exact, int node, float[] out) {
    exact.copy(node, out);
    if (metric == Metric.INNER_PRODUCT) {
      double square = maxNorm * maxNorm;
      for (int i = 0; i < vectorDimension; i++) {
        square -= (double) out[i] * out[i];
      }
      out[vectorDimension] = (float) Math.sqrt(Math.max(0, square));
    }
  }
}
