package dev.knit.benchmarks;

/** A library in this JVM: builds on one data set, then answers queries. For one thread. */
interface AnnIndex extends AutoCloseable {
  /** Builds over all base vectors of the data set; keeps no reference to any of them. */
  void build(DataSet data, BuildParams params) throws Exception;

  /** Sets the width of the beam for the searches to come. */
  void ef(int ef);

  /** Writes the nodes nearest to {@code query} to {@code out}, as many as are found. */
  void search(float[] query, int[] out) throws Exception;

  /** Distance computations of searches so far, or −1 where the library does not count. */
  default long distanceComputations() {
    return -1;
  }

  /** Bytes that the index holds outside of the heap. */
  default long offHeapBytes() {
    return 0;
  }

  @Override
  default void close() throws Exception {}
}
