package dev.knit.hnsw;

import dev.knit.vector.Distances;

/**
 * Searches level 0 among allowed nodes only: barred neighbors are not measured but crossed, that
 * is, replaced by their own allowed neighbors, the nearest first, until a node has as many as
 * {@code wanted} (in the way of ACORN-1, Patel et al., arXiv:2403.04871, §5.2). Each barred node is
 * crossed once. For one thread.
 */
final class FilteredWalk {
  private final HnswGraph graph;
  private final Distances distances;
  private final int[] batch;
  private final int[] barred;
  private final float[] keys;

  /** Keeps the reads of {@link #touch} from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  FilteredWalk(HnswGraph graph, Distances distances) {
    this.graph = graph;
    this.distances = distances;
    this.batch = new int[2 * graph.slots(0) + 1];
    this.barred = new int[graph.slots(0) + 1];
    this.keys = new float[batch.length];
  }

  /** Expands until the {@code ef} nearest found are all expanded. */
  void run(LayerSearch search, int ef, int wanted, NodeFilter filter) {
    for (int node = search.beam.expandNext(ef); node >= 0; node = search.beam.expandNext(ef)) {
      expand(search, node, wanted, filter);
    }
  }

  /** Measures the allowed nodes around {@code node}, which need not be allowed itself. */
  void expand(LayerSearch search, int node, int wanted, NodeFilter filter) {
    int count = firstVisits(search, gather(search, node, wanted, filter));
    distances.to(batch, 0, count, keys);
    for (int i = 0; i < count; i++) {
      search.beam.add(batch[i], keys[i]);
    }
  }

  // Which neighbors are allowed cannot be predicted: every one is written, some are overwritten.
  private int gather(LayerSearch search, int node, int wanted, NodeFilter filter) {
    int[] lists = graph.lists(0);
    int offset = graph.offset(0, node);
    int allowed = 0;
    int bars = 0;
    for (int slot = offset; slot < offset + graph.slots(0) && lists[slot] >= 0; slot++) {
      int bit = filter.bit(lists[slot]);
      batch[allowed] = lists[slot];
      barred[bars] = lists[slot];
      allowed += bit;
      bars += 1 - bit;
    }
    touch(bars, allowed, wanted);
    for (int i = 0; i < bars && allowed < wanted; i++) {
      if (search.visit(barred[i])) {
        allowed = cross(barred[i], filter, allowed);
      }
    }
    return allowed;
  }

  /**
   * Reads from the lists that will be crossed, so that the waits for them overlap: as many as are
   * needed when neighbors have as many allowed neighbors as the node.
   */
  private void touch(int bars, int allowed, int wanted) {
    int lists = Math.min(bars, (wanted - allowed) / Math.max(1, allowed) + 1);
    int sum = 0;
    for (int i = 0; i < lists; i++) {
      int offset = graph.offset(0, barred[i]);
      sum += graph.lists(0)[offset] + graph.lists(0)[offset + graph.slots(0) / 2];
    }
    touched = sum;
  }

  private int cross(int node, NodeFilter filter, int before) {
    int[] lists = graph.lists(0);
    int offset = graph.offset(0, node);
    int allowed = before;
    for (int slot = offset; slot < offset + graph.slots(0) && lists[slot] >= 0; slot++) {
      batch[allowed] = lists[slot];
      allowed += filter.bit(lists[slot]);
    }
    return allowed;
  }

  private int firstVisits(LayerSearch search, int allowed) {
    int count = 0;
    for (int i = 0; i < allowed; i++) {
      int node = batch[i];
      batch[count] = node;
      count += search.visit(node) ? 1 : 0;
    }
    return count;
  }
}
