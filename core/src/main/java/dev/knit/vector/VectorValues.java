package dev.knit.vector;

import java.util.Arrays;

/**
 * The vectors of the nodes {@code 0 … size() − 1} of a graph, measured by one metric. Immutable and
 * safe for use by many threads, each with {@link #distances} of its own.
 */
public interface VectorValues {

  /** How many vectors there are. */
  int size();

  /** Length of a vector. */
  int dimension();

  /** The metric that {@link #distances} measures. */
  Metric metric();

  /** A new measure over these vectors, for one thread. */
  Distances distances();

  /**
   * The vectors that these stand for: themselves, unless these are an approximation of vectors that
   * are kept elsewhere.
   */
  default VectorValues exact() {
    return this;
  }

  /** Writes the vector of {@code node}, as its metric stores it, to {@code out[0 … dimension)}. */
  void copy(int node, float[] out);

  /** Whether {@code stored} is what these hold of a user's {@code vector}. */
  default boolean stores(float[] vector, float[] stored) {
    float[] expected = new float[dimension()];
    Prepared.write(metric(), vector, expected, 0);
    return Arrays.equals(expected, stored);
  }

  /** R of {@link Distances}: the largest norm, under {@code inner_product}; 0 under others. */
  double maxNorm();

  /** About how much heap they take. */
  long bytes();

  /** The vectors of {@code nodes}, in that order, as new nodes. */
  VectorValues select(int[] nodes);

  /** A hash of the vector of {@code node}; equal vectors have equal hashes. */
  long hash(int node);

  /** Whether two nodes have exactly the same vector. */
  boolean same(int node, int other);
}
