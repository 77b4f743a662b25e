package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.DistinctVectors;
import dev.knit.vector.VectorValues;

/**
 * A graph in which nodes with equal vectors have become one: the first of them, on the highest
 * level any of them had, with neighbors selected (Algorithm 4) from those of all of them. Copies
 * would otherwise fill each other's lists and cut themselves off from the rest.
 *
 * @param nodes the node that each node became, or null when nothing changed
 */
record Contraction(HnswGraph graph, VectorValues vectors, int[] nodes, long distanceComputations) {

  /** Contracts {@code graph}, whose vectors are {@code vectors}. */
  static Contraction of(HnswGraph graph, VectorValues vectors) {
    DistinctVectors distinct = DistinctVectors.of(vectors);
    if (distinct.nodes() == null) {
      return new Contraction(graph, vectors, null, 0);
    }
    NeighborSelector selector = new NeighborSelector(distinct.vectors(), graph.slots(0));
    Distances measuring = vectors.distances();
    HnswGraph contracted =
        contract(graph, distinct.nodes(), distinct.vectors().size(), selector, measuring);
    return new Contraction(
        contracted,
        distinct.vectors(),
        distinct.nodes(),
        selector.distanceComputations() + measuring.computed());
  }

  private static HnswGraph contract(
      HnswGraph graph, int[] nodes, int count, NeighborSelector selector, Distances measuring) {
    byte[] levels = Levels.highest(graph.levels(), nodes, count);
    HnswGraph contracted = new HnswGraph(graph.m(), levels);
    contracted.enterAtHighest();
    int[][] members = members(nodes, count);
    for (int node = 0; node < count; node++) {
      for (int level = 0; level <= levels[node]; level++) {
        selector.clear();
        long mark = members[node].length == 1 ? Entries.MARK : 0;
        if (mark != 0 && areKept(graph, level, members[node][0], nodes, members)) {
          copy(graph, level, members[node][0], nodes, contracted);
          continue;
        }
        for (int member : members[node]) {
          addNeighbors(graph, level, member, nodes, mark, selector, measuring);
        }
        selector.select(graph.slots(level));
        contracted.replace(level, node, selector.nodes, selector.lengths, selector.count);
      }
    }
    return contracted;
  }

  /** Whether each neighbor of {@code member} is still a node of its own. */
  private static boolean areKept(
      HnswGraph graph, int level, int member, int[] nodes, int[][] members) {
    int offset = graph.offset(level, member);
    for (int slot = offset; slot < offset + graph.degree(level, member); slot++) {
      if (members[nodes[graph.lists(level)[slot]]].length > 1) {
        return false;
      }
    }
    return true;
  }

  private static void copy(
      HnswGraph graph, int level, int member, int[] nodes, HnswGraph contracted) {
    int node = nodes[member];
    int from = graph.offset(level, member);
    contracted.lengths(level)[contracted.offset(level, node)] = graph.lengths(level)[from];
    for (int i = 0; i < graph.degree(level, member); i++) {
      int neighbor = nodes[graph.lists(level)[from + i]];
      contracted.append(level, node, i, neighbor, graph.lengths(level)[from + i]);
    }
  }

  private static void addNeighbors(
      HnswGraph graph,
      int level,
      int member,
      int[] nodes,
      long mark,
      NeighborSelector selector,
      Distances measuring) {
    if (graph.level(member) < level) {
      return;
    }
    Lengths.measure(graph, level, member, measuring);
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
