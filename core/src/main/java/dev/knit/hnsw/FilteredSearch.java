package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;

/**
 * Finds the nearest among allowed nodes, in these steps:
 *
 * <ol>
 *   <li>Few allowed nodes are all measured.
 *   <li>A narrow search without the filter, {@value #PROBE} wide, gets near to the query. The share
 *       of allowed nodes among those it kept says how the filter looks from there.
 *   <li>A {@link FilteredWalk} goes on among allowed nodes only, a wider one where they are rare.
 *   <li>Where hardly any are allowed around the query, the filter goes against it, and graphs do
 *       not lead to the nearest: all allowed nodes are measured after all.
 * </ol>
 */
final class FilteredSearch {
  /**
   * A search measures about 16 nodes per unit of ef (200,000 SIFT descriptors, m 16), and one on a
   * walk takes as long as about three in a scan.
   */
  private static final int SCANNED_PER_EF = 48;

  private static final int PROBE = 8;

  // Shares below which a walk needs longer lists, and a wider beam. Measured on 100,000 SIFT
  // descriptors: at 3 % the same beam finds 0.90 of the 10 nearest, one twice as wide 0.98.
  private static final double SPARSE = 0.4;
  private static final double RARE = 0.06;

  /** Around the query the share may be this many times less than in the whole graph. */
  private static final int AGAINST = 8;

  private final HnswGraph graph;
  private final FilterScan scan;
  private final FilteredWalk walk;
  private final int[] barred = new int[PROBE + 1];

  FilteredSearch(HnswGraph graph, Distances distances, Metric metric) {
    this.graph = graph;
    this.scan = new FilterScan(metric);
    this.walk = new FilteredWalk(graph, distances);
  }

  /** Leaves the nearest allowed nodes in the beam of {@code search}, which may hold others. */
  void run(
      LayerSearch search,
      Answers answers,
      SearchOptions options,
      NodeFilter filter,
      Growth growth) {
    int width = growth.start(options, graph.size());
    if (filter.count() <= (long) SCANNED_PER_EF * width
        || !walked(search, options, filter, growth, width)) {
      scan.run(search.beam, answers.exact(), options, filter);
    }
  }

  private boolean walked(
      LayerSearch search, SearchOptions options, NodeFilter filter, Growth growth, int first) {
    search.start((int) Math.min(graph.size(), 2L * growth.limit()));
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    search.run(0, PROBE);
    Beam beam = search.beam;
    double share = share(beam, filter);
    if (AGAINST * share * graph.size() < filter.count()) {
      return false;
    }
    int wider = share < RARE ? 2 : 1;
    int wanted = share < SPARSE ? 3 * graph.m() / 2 : graph.m();
    int count = barred(beam, filter);
    beam.retain(filter, wider * growth.limit());
    for (int i = 0; i < count; i++) {
      walk.expand(search, barred[i], wanted, filter);
    }
    for (int width = first; width > 0; width = growth.next(beam, width)) {
      walk.run(search, wider * width, wanted, filter);
    }
    return beam.size() >= Math.min(options.k(), first);
  }

  private static double share(Beam beam, NodeFilter filter) {
    int allowed = 0;
    for (int rank = 0; rank < beam.size(); rank++) {
      allowed += filter.bit(beam.node(rank));
    }
    return (double) allowed / beam.size();
  }

  /** Takes note of the barred among the nearest nodes; returns how many. */
  private int barred(Beam beam, NodeFilter filter) {
    int count = 0;
    for (int rank = 0; rank < Math.min(PROBE, beam.size()); rank++) {
      barred[count] = beam.node(rank);
      count += 1 - filter.bit(beam.node(rank));
    }
    return count;
  }
}
