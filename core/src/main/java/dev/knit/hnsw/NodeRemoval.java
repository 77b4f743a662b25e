package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.BitSet;

/** Removes nodes from a graph; see {@link Consolidation} for the steps. */
final class NodeRemoval {
  private static final int TASK_NODES = 512;

  private final HnswGraph graph;
  private final VectorValues vectors;

  /** The nodes that stay, and for each old node its new one or −1. */
  private final int[] kept;

  private final int[] nodes;

  NodeRemoval(HnswGraph graph, VectorValues vectors, BitSet deleted) {
    this.graph = graph;
    this.vectors = vectors;
    this.nodes = new int[graph.size()];
    int[] staying = new int[graph.size()];
    int count = 0;
    for (int node = 0; node < nodes.length; node++) {
      nodes[node] = deleted.get(node) ? HnswGraph.NONE : count;
      if (nodes[node] >= 0) {
        staying[count++] = node;
      }
    }
    this.kept = Arrays.copyOf(staying, count);
  }

  Consolidation run(int threads) {
    HnswGraph compact = new HnswGraph(graph.m(), keptLevels());
    VectorValues compactVectors = vectors.select(kept);
    try (Workers<ListRepair> workers =
        new Workers<>(threads, () -> new ListRepair(graph, vectors, compactVectors, nodes))) {
      workers.run(
          (kept.length + TASK_NODES - 1) / TASK_NODES,
          (repair, task) -> copy(compact, repair, task * TASK_NODES));
      enter(compact);
      linkBack(compact, workers);
      long computed = HnswBuilder.finish(compact, compactVectors, workers);
      for (ListRepair repair : workers.all()) {
        computed += repair.distanceComputations();
      }
      return new Consolidation(compact, compactVectors, nodes, computed);
    }
  }

  private void copy(HnswGraph compact, ListRepair repair, int from) {
    for (int node = from; node < Math.min(kept.length, from + TASK_NODES); node++) {
      for (int level = 0; level <= compact.level(node); level++) {
        repair.copy(level, kept[node], compact, node);
      }
    }
  }

  /** Gives the edges of repaired lists their way back. */
  private void linkBack(HnswGraph compact, Workers<ListRepair> workers) {
    ListRepair lists = workers.all().get(0);
    for (int level = 0; level <= compact.maxLevel(); level++) {
      ReverseEdges reverse = new ReverseEdges(compact, level);
      for (int node = 0; node < kept.length; node++) {
        if (compact.level(node) >= level && !lists.isWhole(level, kept[node])) {
          reverse.addFrom(node, target -> true);
        }
      }
      reverse.link(workers);
    }
  }

  private void enter(HnswGraph compact) {
    int entryPoint = graph.entryPoint();
    if (entryPoint >= 0 && nodes[entryPoint] >= 0) {
      compact.entryPoint(nodes[entryPoint]);
    } else {
      compact.enterAtHighest();
    }
  }

  private byte[] keptLevels() {
    byte[] levels = new byte[kept.length];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = (byte) graph.level(kept[node]);
    }
    return levels;
  }
}
