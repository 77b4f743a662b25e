package dev.knit.hnsw;

import dev.knit.vector.Distances;

/**
 * Finds the nearest among allowed nodes: few are all measured; for many the graph is searched with
 * a beam that is wider by as much as allowed nodes are rarer, and if too few of them come by, as
 * when the filter goes with distance, all are measured after all.
 */
final class FilteredSearch {
  /**
   * A search measures about 16 nodes per unit of ef (200,000 SIFT descriptors, m 16), and one on a
   * walk takes as long as about three in a scan.
   */
  private static final double SCANNED_PER_EF = 48;

  private final HnswGraph graph;
  private final FilterScan scan;

  FilteredSearch(HnswGraph graph, Distances distances) {
    this.graph = graph;
    this.scan = new FilterScan(distances);
  }

  /** Leaves the nearest allowed nodes in the beam of {@code search}, among others if it walked. */
  void run(LayerSearch search, int k, int ef, NodeFilter filter) {
    double wide = (double) ef * graph.size() / Math.max(1, filter.count());
    if (filter.count() <= SCANNED_PER_EF * wide) {
      scan.run(search.beam, k, filter);
      return;
    }
    int width = (int) Math.min(wide, graph.size());
    search.start(width);
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    search.run(0, width);
    if (allowed(search.beam, filter) < Math.min(k, filter.count())) {
      scan.run(search.beam, k, filter);
    }
  }

  private static int allowed(Beam beam, NodeFilter filter) {
    int allowed = 0;
    for (int rank = 0; rank < beam.size(); rank++) {
      allowed += filter.nodes().get(beam.node(rank)) ? 1 : 0;
    }
    return allowed;
  }
}
