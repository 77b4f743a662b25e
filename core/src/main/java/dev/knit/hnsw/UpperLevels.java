package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;

/** Builds the levels ≥ 1 of a graph anew, by a graph over the few nodes that are on them. */
final class UpperLevels {
  private UpperLevels() {}

  /** Replaces the lists of those levels; returns the distance computations. */
  static long build(HnswGraph graph, VectorValues vectors, HnswParams params, int threads) {
    int[] nodes = nodes(graph);
    if (nodes.length == 0) {
      return 0;
    }
    byte[] levels = new byte[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      levels[i] = (byte) graph.level(nodes[i]);
    }
    HnswBuilder builder = new HnswBuilder(params, threads);
    HnswGraph upper = builder.build(vectors.select(nodes), levels);
    for (int i = 0; i < nodes.length; i++) {
      for (int level = 1; level <= levels[i]; level++) {
        copy(upper, level, i, nodes, graph);
      }
      addLong(upper, i, nodes, graph);
    }
    return builder.distanceComputations();
  }

  private static int[] nodes(HnswGraph graph) {
    int[] nodes = new int[graph.size()];
    int count = 0;
    for (int node = 0; node < graph.size(); node++) {
      if (graph.level(node) > 0) {
        nodes[count++] = node;
      }
    }
    return Arrays.copyOf(nodes, count);
  }

  private static void copy(HnswGraph upper, int level, int i, int[] nodes, HnswGraph graph) {
    int offset = upper.offset(level, i);
    int degree = upper.degree(level, i);
    int[] neighbors = new int[degree];
    for (int slot = 0; slot < degree; slot++) {
      neighbors[slot] = nodes[upper.lists(level)[offset + slot]];
    }
    float[] lengths = Arrays.copyOfRange(upper.lengths(level), offset, offset + degree);
    graph.replace(level, nodes[i], neighbors, lengths, degree);
  }

  /**
   * Adds some edges between these nodes to their lists of level 0, while there is room: long ones,
   * as a graph keeps of the nodes that were inserted first, and their distances are known.
   */
  private static void addLong(HnswGraph upper, int i, int[] nodes, HnswGraph graph) {
    int node = nodes[i];
    int degree = graph.degree(0, node);
    int offset = upper.offset(0, i);
    int most = graph.m() / 4;
    for (int slot = offset;
        slot < offset + upper.degree(0, i) && degree < graph.slots(0) && most > 0;
        slot++) {
      int neighbor = nodes[upper.lists(0)[slot]];
      if (!graph.isNeighbor(0, node, neighbor)) {
        graph.append(0, node, degree++, neighbor, upper.lengths(0)[slot]);
        most--;
      }
    }
  }
}
