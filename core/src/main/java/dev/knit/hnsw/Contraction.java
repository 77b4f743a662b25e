package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * A graph in which nodes with equal vectors have become one: the first of them, on the highest
 * level any of them had, with neighbors selected (Algorithm 4) from those of all of them. Copies
 * would otherwise fill each other's lists and cut themselves off from the rest.
 *
 * @param nodes the node that each node became, or null when nothing changed
 */
record Contraction(HnswGraph graph, VectorValues vectors, int[] nodes, long distanceComputations) {

  /**
   * Contracts {@code graph}, given the first node of equal vector of each; null when all differ.
   */
  static Contraction of(HnswGraph graph, VectorValues vectors, int[] first) {
    if (first == null) {
      return new Contraction(graph, vectors, null, 0);
    }
    int[] nodes = new int[first.length];
    int[] kept = new int[first.length];
    int count = 0;
    for (int node = 0; node < first.length; node++) {
      if (first[node] == node) {
        kept[count] = node;
      }
      nodes[node] = first[node] == node ? count++ : nodes[first[node]];
    }
    VectorValues remaining = vectors.select(Arrays.copyOf(kept, count));
    NeighborSelector selector = new NeighborSelector(remaining, graph.slots(0));
    HnswGraph contracted = contract(graph, nodes, count, selector);
    return new Contraction(contracted, remaining, nodes, selector.distanceComputations());
  }

  private static HnswGraph contract(
      HnswGraph graph, int[] nodes, int count, NeighborSelector selector) {
    byte[] levels = new byte[count];
    for (int node = 0; node < nodes.length; node++) {
      levels[nodes[node]] = (byte) Math.max(levels[nodes[node]], graph.level(node));
    }
    HnswGraph contracted = new HnswGraph(graph.m(), levels);
    contracted.enterAtHighest();
    int[][] members = members(nodes, count);
    for (int node = 0; node < count; node++) {
      for (int level = 0; level <= levels[node]; level++) {
        selector.clear();
        long mark = members[node].length == 1 ? Entries.MARK : 0;
        for (int member : members[node]) {
          addNeighbors(graph, level, member, nodes, mark, selector);
        }
        selector.select(graph.slots(level));
        contracted.replace(level, node, selector.nodes, selector.lengths, selector.count);
      }
    }
    return contracted;
  }

  private static void addNeighbors(
      HnswGraph graph, int level, int member, int[] nodes, long mark, NeighborSelector selector) {
    if (graph.level(member) < level) {
      return;
    }
    int offset = graph.offset(level, member);
    for (int slot = offset; slot < offset + graph.degree(level, member); slot++) {
      int neighbor = nodes[graph.lists(level)[slot]];
      if (neighbor != nodes[member]) {
        selector.add(Entries.of(neighbor, graph.lengths(level)[slot]) | mark);
      }
    }
  }

  private static int[][] members(int[] nodes, int count) {
    int[] sizes = new int[count];
    for (int node : nodes) {
      sizes[node]++;
    }
    int[][] members = new int[count][];
    for (int node = nodes.length - 1; node >= 0; node--) {
      int kept = nodes[node];
      if (members[kept] == null) {
        members[kept] = new int[sizes[kept]];
      }
      members[kept][--sizes[kept]] = node;
    }
    return members;
  }
}
