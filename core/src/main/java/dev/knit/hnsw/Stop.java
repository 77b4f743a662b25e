package dev.knit.hnsw;

import dev.knit.vector.Metric;

/**
 * Where a search ends before its beam is expanded: at nodes more than 1 + gamma times as far as the
 * k-th nearest found, see {@link SearchOptions#gamma(double)}. Keys plus {@link #shift} grow like
 * the distance, or its square.
 */
record Stop(int k, int kept, float factor, float shift) {
  static final Stop NEVER = new Stop(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 0);

  /**
   * Where a search from {@code query} ends. Under {@code cosine} a key is ‖q − x‖² / 2 − 1; under
   * {@code inner_product} the same with the augmented x and q scaled to their length, all times
   * that length and q's.
   *
   * @param kept how many nodes must stay in the beam, however far
   * @param maxNorm the length of augmented vectors
   */
  static Stop of(SearchOptions options, int kept, Metric metric, float[] query, double maxNorm) {
    double ratio = 1 + (double) options.gamma();
    if (Double.isInfinite(ratio)) {
      return NEVER;
    }
    double factor = metric == Metric.L1 ? ratio : ratio * ratio;
    double shift =
        switch (metric) {
          case L2, L1 -> 0;
          case COSINE -> 1;
          case INNER_PRODUCT -> maxNorm * norm(query);
        };
    return new Stop(options.k(), kept, (float) factor, (float) shift);
  }

  /** The largest key at which nodes are expanded. */
  float bound(Beam beam) {
    return beam.size() < k ? Float.POSITIVE_INFINITY : factor * (beam.key(k - 1) + shift) - shift;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
