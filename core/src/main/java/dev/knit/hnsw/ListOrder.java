package dev.knit.hnsw;

import java.util.Arrays;

/** Puts every list of a graph in order of distance, ties by node. */
final class ListOrder {
  private static final int TASK_NODES = 4096;

  private ListOrder() {}

  static <W> void sort(HnswGraph graph, Workers<W> workers) {
    workers.run(
        (graph.size() + TASK_NODES - 1) / TASK_NODES,
        (worker, task) -> {
          long[] entries = new long[graph.slots(0)];
          int from = task * TASK_NODES;
          for (int node = from; node < Math.min(graph.size(), from + TASK_NODES); node++) {
            for (int level = 0; level <= graph.level(node); level++) {
              sort(graph, level, node, entries);
            }
          }
        });
  }

  private static void sort(HnswGraph graph, int level, int node, long[] entries) {
    if (Lengths.areDeferred(graph, level, node)) {
      return; // it is as it was stored
    }
    int degree = graph.degree(level, node);
    int offset = graph.offset(level, node);
    for (int i = 0; i < degree; i++) {
      entries[i] = Entries.of(graph.lists(level)[offset + i], graph.lengths(level)[offset + i]);
    }
    Arrays.sort(entries, 0, degree);
    for (int i = 0; i < degree; i++) {
      graph.append(level, node, i, Entries.node(entries[i]), Entries.key(entries[i]));
    }
  }
}
