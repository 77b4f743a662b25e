package dev.knit.benchmarks;

import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.VectorValues;
import java.io.IOException;

/** Another library's way to make one graph of the graphs of two halves of some vectors. */
interface HalvesMerge {
  /**
   * What it made.
   *
   * @param graph over all vectors
   * @param distances that merging took, without building the halves
   */
  record Merged(HnswGraph graph, long distances) {}

  /** Builds a graph of each half of {@code vectors} and merges them. */
  Merged merge(VectorValues vectors, int m, int efConstruction) throws IOException;
}
