package dev.knit.spark;

/**
 * What it costs to answer a join with rows that have no index: by measuring all pairs, or by a
 * graph that is built for it. In units of one distance of an exact scan in blocks; the dimension
 * makes both sides larger alike.
 *
 * @param rows of the right
 * @param queries rows of the left
 * @param ef of the searches
 * @param efConstruction of the build
 */
record JoinCost(long rows, long queries, int ef, int efConstruction) {
  /** Distances that a walk computes per unit of its beam's width, at m 16. */
  private static final int MEASURED_PER_EF = 16;

  /**
   * What a distance of a walk, with all that is around it, costs beside one of a scan: three times
   * that of a scan for one query, as measured for filtered searches, and twice that where queries
   * are scanned for in blocks, which is an estimate.
   */
  private static final int WALK = 6;

  /** Of measuring all pairs. */
  double scan() {
    return (double) rows * queries;
  }

  /** Of building a graph and searching it. */
  double graph() {
    return WALK * ((double) rows * walk(efConstruction) + (double) queries * walk(ef));
  }

  /** Distances of one walk. */
  private long walk(int width) {
    return Math.min(rows, (long) MEASURED_PER_EF * width);
  }

  boolean prefersScan() {
    return scan() <= graph();
  }

  /** For plans and the log. */
  @Override
  public String toString() {
    return "%s: %,d rows x %,d queries cost %.3g by a scan, %.3g by a graph"
        .formatted(prefersScan() ? "exact scan" : "graph", rows, queries, scan(), graph());
  }
}
