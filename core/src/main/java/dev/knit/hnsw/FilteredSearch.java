package dev.knit.hnsw;

import dev.knit.vector.Distances;

/**
 * Finds the nearest among allowed nodes: few are all measured; for many the graph is searched with
 * a beam that is wider by as much as allowed nodes are rarer, and if too few of them come by, as
 * when the filter goes with distance, all are measured after all. So a filter never costs recall.
 */
final class FilteredSearch {
  /**
   * A search measures about 16 nodes per unit of ef (200,000 SIFT descriptors, m 16), and one on a
   * walk takes as long as about three in a scan.
   */
  private static final double SCANNED_PER_EF = 48;

  private final HnswGraph graph;
  private final Distances distances;
  private final int[] batch = new int[Distances.RANGE];
  private final float[] keys = new float[Distances.RANGE];

  FilteredSearch(HnswGraph graph, Distances distances) {
    this.graph = graph;
    this.distances = distances;
  }

  /** Leaves the nearest allowed nodes in the beam of {@code search}, among others if it walked. */
  void run(LayerSearch search, int k, int ef, NodeFilter filter) {
    double wide = (double) ef * graph.size() / Math.max(1, filter.count());
    if (filter.count() <= SCANNED_PER_EF * wide) {
      scan(search.beam, k, filter);
      return;
    }
    int width = (int) Math.min(wide, graph.size());
    search.start(width);
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    search.run(0, width);
    if (allowed(search.beam, filter) < Math.min(k, filter.count())) {
      scan(search.beam, k, filter);
    }
  }

  private static int allowed(Beam beam, NodeFilter filter) {
    int allowed = 0;
    for (int rank = 0; rank < beam.size(); rank++) {
      allowed += filter.nodes().get(beam.node(rank)) ? 1 : 0;
    }
    return allowed;
  }

  private void scan(Beam beam, int k, NodeFilter filter) {
    beam.reset(Math.min(k, filter.count()));
    int node = filter.nodes().nextSetBit(0);
    while (node >= 0) {
      int count = 0;
      for (; node >= 0 && count < batch.length; node = filter.nodes().nextSetBit(node + 1)) {
        batch[count++] = node;
      }
      distances.to(batch, 0, count, keys);
      for (int i = 0; i < count; i++) {
        beam.add(batch[i], keys[i]);
      }
    }
  }
}
