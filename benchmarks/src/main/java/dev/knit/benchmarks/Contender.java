package dev.knit.benchmarks;

/** One library of a comparison, in this JVM or in a process of its own. */
interface Contender extends AutoCloseable {
  String library();

  /** What {@link Build#bytes} counts, for the report. */
  String memory();

  /** Builds the index, replacing the one there is. */
  Build build() throws Exception;

  /** Answers all queries once, on one thread. */
  Pass search(int ef) throws Exception;

  @Override
  default void close() throws Exception {}

  /**
   * One build.
   *
   * @param bytes resident memory of the index with its vectors; −1 where it cannot be measured
   */
  record Build(double seconds, long bytes) {}

  /**
   * One pass over all queries.
   *
   * @param found the nodes found for each query, −1 for those that are missing
   * @param distances computed in the pass; −1 where the library does not count
   */
  record Pass(double seconds, int[][] found, long distances) {}
}
