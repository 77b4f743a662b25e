package dev.knit.hnsw;

import dev.knit.vector.VectorValues;

/**
 * What a merge made.
 *
 * @param graph the one graph over all nodes
 * @param vectors the vectors of its nodes
 * @param nodes for each input node, in the order of the subgraphs, its node in {@code graph}; null
 *     when they are the same. Input nodes with equal vectors share one
 * @param costs the work done
 */
public record MergedGraph(HnswGraph graph, VectorValues vectors, int[] nodes, Costs costs) {
  /**
   * Distance computations by purpose.
   *
   * @param search walks that look for hits in other subgraphs
   * @param selection choosing neighbors among hits, and of targets that had no room for an edge
   *     back
   * @param connection attaching nodes that were left unreachable, and finding the entry point of a
   *     flat graph
   * @param jumps how many searches began at an entry point
   */
  public record Costs(long search, long selection, long connection, long jumps) {
    /** All distance computations. */
    public long distanceComputations() {
      return search + selection + connection;
    }
  }
}
