package dev.knit.hnsw;

import java.util.Arrays;
import java.util.List;

/** Copies of graphs into larger ones, with the numbers of nodes shifted. */
final class GraphCopy {
  private GraphCopy() {}

  /** A graph with the lists of {@code base} in front and empty lists for the other levels given. */
  static HnswGraph enlarged(HnswGraph base, int m, byte[] levels) {
    if (levels.length < base.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for a graph of %d nodes.".formatted(levels.length, base.size()));
    }
    int other = Arrays.mismatch(base.levels(), 0, base.size(), levels, 0, base.size());
    if (other >= 0) {
      throw new IllegalArgumentException(
          "Node %d is on level %d, not %d.".formatted(other, base.level(other), levels[other]));
    }
    HnswGraph copy = new HnswGraph(m, levels);
    copyInto(copy, base, 0);
    if (base.size() > 0) {
      copy.entryPoint(base.entryPoint());
    }
    return copy;
  }

  /** The same of graphs of which some were stored without lengths, whose lengths are deferred. */
  static HnswGraph unionOfStored(List<HnswGraph> graphs) {
    return union(
        graphs.stream()
            .map(graph -> graph.lengths(0) == null ? Lengths.deferred(graph) : graph)
            .toList());
  }

  /** The graphs side by side, unconnected, their nodes numbered on from one to the next. */
  static HnswGraph union(List<HnswGraph> graphs) {
    int size = graphs.stream().mapToInt(HnswGraph::size).reduce(0, Math::addExact);
    byte[] levels = new byte[size];
    int base = 0;
    for (HnswGraph graph : graphs) {
      System.arraycopy(graph.levels(), 0, levels, base, graph.size());
      base += graph.size();
    }
    HnswGraph union = new HnswGraph(graphs.get(0).m(), levels);
    base = 0;
    for (HnswGraph graph : graphs) {
      copyInto(union, graph, base);
      base += graph.size();
    }
    union.enterAtHighest();
    return union;
  }

  /** The first node of each graph in their union; one more entry ends the last. */
  static int[] bases(List<HnswGraph> graphs) {
    int[] bases = new int[graphs.size() + 1];
    for (int i = 0; i < graphs.size(); i++) {
      bases[i + 1] = bases[i] + graphs.get(i).size();
    }
    return bases;
  }

  /** The entry point of each graph as a node of their union. */
  static int[] entryPoints(List<HnswGraph> graphs) {
    int[] entryPoints = bases(graphs);
    for (int i = 0; i < graphs.size(); i++) {
      entryPoints[i] += graphs.get(i).entryPoint();
    }
    return Arrays.copyOf(entryPoints, graphs.size());
  }

  private static void copyInto(HnswGraph target, HnswGraph graph, int base) {
    if (graph.m() != target.m()) {
      throw new IllegalArgumentException(
          "A graph with m %d does not go with one with m %d; build both with the same m."
              .formatted(graph.m(), target.m()));
    }
    if (graph.lengths(0) == null) {
      throw new IllegalArgumentException("The graph was stored without lengths.");
    }
    for (int level = 0; level <= Math.min(1, graph.maxLevel()); level++) {
      int at = graph.size() == 0 ? 0 : target.offset(level, base);
      int[] lists = graph.lists(level);
      for (int slot = 0; slot < lists.length; slot++) {
        target.lists(level)[at + slot] = lists[slot] < 0 ? lists[slot] : lists[slot] + base;
      }
      System.arraycopy(graph.lengths(level), 0, target.lengths(level), at, lists.length);
    }
  }
}
