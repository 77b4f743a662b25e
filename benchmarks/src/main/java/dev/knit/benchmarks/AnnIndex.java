package dev.knit.benchmarks;

/** A library under measurement: builds on one data set, then answers queries. */
interface AnnIndex {
  String name();

  /** Builds over all base vectors of the data set with one thread or more. */
  void build(DataSet data, int m, int efConstruction, int threads) throws Exception;

  /** Sets the width of the beam for the searches to come. */
  void ef(int ef);

  /** Writes the nodes nearest to {@code query} to {@code out}. For one thread. */
  void search(float[] query, int[] out);

  /** Distance computations so far, or −1 where the library does not count. */
  default long distanceComputations() {
    return -1;
  }
}
