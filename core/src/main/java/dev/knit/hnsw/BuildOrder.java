package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * The nodes to insert, first to last: by level from the highest, then as an {@link InsertionOrder}
 * says. The first of a flat graph is its medoid.
 */
record BuildOrder(int[] nodes, long distanceComputations) {

  /** The order of the nodes from {@code first} on. */
  static BuildOrder of(
      InsertionOrder order, VectorValues vectors, byte[] levels, int first, Workers<?> workers) {
    BuildOrder byLevel = new BuildOrder(byLevel(levels, first, levels.length), 0);
    if (byLevel.nodes.length == 0) {
      return byLevel;
    }
    BuildOrder sorted =
        order == InsertionOrder.DESCENDING_LID
            ? byLevel.byDimension(vectors, levels, workers)
            : byLevel;
    boolean flat = first == 0 && levels[sorted.nodes[0]] == 0;
    return flat ? sorted.from(Medoid.of(vectors)) : sorted;
  }

  /** The nodes {@code first … end − 1}, from the highest level to the lowest. */
  static int[] byLevel(byte[] levels, int first, int end) {
    int[] nodes = new int[end - first];
    int next = 0;
    for (int level = Levels.MAX; level >= 0; level--) {
      for (int node = first; node < end; node++) {
        if (levels[node] == level) {
          nodes[next++] = node;
        }
      }
    }
    return nodes;
  }

  /** How many come first because they are on higher levels than 0. */
  int above(byte[] levels) {
    int count = 0;
    while (count < nodes.length && levels[nodes[count]] > 0) {
      count++;
    }
    return count;
  }

  private BuildOrder byDimension(VectorValues vectors, byte[] levels, Workers<?> workers) {
    LocalDimension dimension = LocalDimension.of(vectors, nodes, workers);
    int[] sorted = new int[nodes.length];
    for (int from = 0, to = 0; from < nodes.length; from = to) {
      while (to < nodes.length && levels[nodes[to]] == levels[nodes[from]]) {
        to++;
      }
      long[] entries = new long[to - from];
      for (int i = from; i < to; i++) {
        entries[i - from] = Entries.of(nodes[i], -dimension.estimates()[i]);
      }
      Arrays.sort(entries);
      for (int i = from; i < to; i++) {
        sorted[i] = Entries.node(entries[i - from]);
      }
    }
    return new BuildOrder(sorted, distanceComputations + dimension.distanceComputations());
  }

  /** The same with the medoid in front. */
  private BuildOrder from(Medoid medoid) {
    int[] moved = new int[nodes.length];
    moved[0] = medoid.node();
    int next = 1;
    for (int node : nodes) {
      if (node != medoid.node()) {
        moved[next++] = node;
      }
    }
    return new BuildOrder(moved, distanceComputations + medoid.distanceComputations());
  }
}
