package dev.knit.benchmarks;

import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Neighbors;
import java.util.stream.IntStream;

/**
 * Recall against distance computations per query, which no other load of the machine disturbs.
 *
 * @param efs ascending
 * @param recalls recall@10 at each
 * @param distances per query at each
 */
record WorkCurve(int[] efs, double[] recalls, double[] distances) {
  private static final double NO_ERROR = 1e-4; // so that recall 1 has a logarithm

  /** Searches all queries of {@code data} at each ef, by a new searcher whose nodes are rows. */
  static WorkCurve of(DataSet data, int[] efs, HnswSearcher searcher) {
    return of(data, efs, searcher, null);
  }

  /** The same; {@code rows} tells the row of each node, or null when it is the same. */
  static WorkCurve of(DataSet data, int[] efs, HnswSearcher searcher, int[] rows) {
    return of(data, IntStream.range(0, data.queries().length).toArray(), efs, searcher, rows);
  }

  /** The same of some of the queries. */
  static WorkCurve of(DataSet data, int[] some, int[] efs, HnswSearcher searcher, int[] rows) {
    double[] recalls = new double[efs.length];
    double[] distances = new double[efs.length];
    int[][] found = new int[data.queries().length][];
    for (int e = 0; e < efs.length; e++) {
      long before = searcher.distanceComputations();
      for (int q : some) {
        found[q] = rows(searcher.search(data.queries()[q], DataSet.K, efs[e]), rows);
      }
      recalls[e] = data.recall(found, some);
      distances[e] = (double) (searcher.distanceComputations() - before) / some.length;
    }
    return new WorkCurve(efs, recalls, distances);
  }

  private static int[] rows(Neighbors neighbors, int[] rows) {
    int[] found = new int[neighbors.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows == null ? neighbors.node(i) : rows[neighbors.node(i)];
    }
    return found;
  }

  /**
   * Recall at a number of distances per query: between two measured points the logarithm of the
   * error is linear in that of the distances; beyond the ends, as between the two next to them.
   */
  double recallAt(double work) {
    int high = 1;
    while (high < efs.length - 1 && distances[high] < work) {
      high++;
    }
    double low = Math.log(distances[high - 1]);
    double share = (Math.log(work) - low) / (Math.log(distances[high]) - low);
    double lowError = error(high - 1);
    return 1 + NO_ERROR - Math.exp(lowError + share * (error(high) - lowError));
  }

  private double error(int i) {
    return Math.log(1 + NO_ERROR - recalls[i]);
  }

  /**
   * The least that recall is above that of {@code other} at the same ef, where either has {@code
   * least}.
   */
  double worstAtEqualEf(WorkCurve other, double least) {
    double worst = Double.POSITIVE_INFINITY;
    for (int i = 0; i < efs.length; i++) {
      if (Math.max(recalls[i], other.recalls[i]) >= least) {
        worst = Math.min(worst, recalls[i] - other.recalls[i]);
      }
    }
    return worst;
  }

  /**
   * The least that recall is above that of {@code other} at equal distances, over the points where
   * either has at least {@code least}.
   */
  double worstAgainst(WorkCurve other, double least) {
    double worst = Double.POSITIVE_INFINITY;
    for (int i = 0; i < efs.length; i++) {
      double there = other.recallAt(distances[i]);
      if (recalls[i] >= least || there >= least) {
        worst = Math.min(worst, recalls[i] - there);
      }
    }
    return worst;
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < efs.length; i++) {
      line.append("  ef %d: %.4f/%.0f".formatted(efs[i], recalls[i], distances[i]));
    }
    return line.toString();
  }
}
