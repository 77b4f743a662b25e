package dev.knit.hnsw;

/**
 * How much of a graph {@link GraphQuality} samples. Start from {@link #DEFAULT} and change what
 * should differ. Immutable.
 *
 * @param queries how many nodes are searched for, at least 2; each costs a scan of all vectors
 * @param pairs between how many pairs of nodes greedy routes are walked, at least 1
 * @param k neighbors of a query
 * @param ef width of the beam, at least k
 * @param seed of the samples: the same graph, options and seed give the same report
 */
public record QualityOptions(int queries, int pairs, int k, int ef, long seed) {
  /** 200 queries for 10 neighbors at ef 64, 1,000 pairs, seed 0. */
  public static final QualityOptions DEFAULT = new QualityOptions(200, 1000, 10, 64, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public QualityOptions {
    SearchOptions.check(k, ef, k);
    if (queries < 2) {
      throw new IllegalArgumentException(
          "The sample (%d) must have at least 2 queries, to tell its error.".formatted(queries));
    }
    if (pairs < 1) {
      throw new IllegalArgumentException("pairs (%d) must be at least 1.".formatted(pairs));
    }
  }

  /** The same with another number of queries. */
  public QualityOptions queries(int other) {
    return new QualityOptions(other, pairs, k, ef, seed);
  }

  /** The same with another number of pairs. */
  public QualityOptions pairs(int other) {
    return new QualityOptions(queries, other, k, ef, seed);
  }

  /** The same with another number of neighbors and width of the beam. */
  public QualityOptions search(int neighbors, int width) {
    return new QualityOptions(queries, pairs, neighbors, width, seed);
  }

  /** The same with other samples. */
  public QualityOptions seed(long other) {
    return new QualityOptions(queries, pairs, k, ef, other);
  }
}
