package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;

/**
 * Finds the nearest among allowed nodes, in these steps:
 *
 * <ol>
 *   <li>Few allowed nodes are all measured.
 *   <li>Where most are allowed, such as all that are not deleted, the graph is searched as without
 *       the filter, by sketches where they are asked for, for as many more as are barred; unless
 *       they are barred just around the query, this is all.
 *   <li>A narrow search without the filter, {@value #PROBE} wide, gets near to the query. The share
 *       of allowed nodes among those it kept says how the filter looks from there.
 *   <li>A {@link FilteredWalk} goes on among allowed nodes only, a wider one where they are rare.
 *   <li>Where none is allowed around the query, the filter goes against it, and graphs do not lead
 *       to the nearest: all allowed nodes are measured after all.
 * </ol>
 */
final class FilteredSearch {
  /**
   * A search measures about 16 nodes per unit of ef (200,000 SIFT descriptors, m 16), and one on a
   * walk takes as long as about three in a scan.
   */
  private static final int SCANNED_PER_EF = 48;

  private static final int PROBE = 8;

  // Shares of allowed nodes from which passing through the barred takes no more than crossing them
  // and finds more. 60,000 SIFT descriptors, ef 64, half of them allowed by chance: by sketches 124
  // for 168 microseconds, without 266; with 80 % allowed 92, 171 and 152.
  private static final double MOST = 0.8;
  private static final double MOST_BY_SKETCHES = 0.4;

  /** Of as many allowed nodes as without a filter, the share that is enough. */
  private static final double ENOUGH = 0.75;

  // Shares below which a walk needs longer lists, and a wider beam. Measured on 100,000 SIFT
  // descriptors: at 3 % the same beam finds 0.90 of the 10 nearest, one twice as wide 0.98.
  private static final double SPARSE = 0.4;
  private static final double RARE = 0.06;

  /**
   * So many of the nearest nodes are looked at that this many of them should be allowed; by chance
   * none is once in 400 times.
   */
  private static final int EXPECTED = 6;

  private final HnswGraph graph;
  private final FilterScan scan;
  private final FilteredWalk walk;
  private final int[] barred = new int[PROBE + 1];
  private long scans;

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
    if (most(filter, options) && passed(search, answers, options, filter, growth)) {
      return;
    }
    int width = growth.start(options, graph.size());
    if (few(filter, width)
        || !walked(search, answers.stop(options), options, filter, growth, width)) {
      scans++;
      scan.run(search.beam, answers.exact(), options, filter);
    }
  }

  private boolean most(NodeFilter filter, SearchOptions options) {
    return filter.count() >= (options.sketched() ? MOST_BY_SKETCHES : MOST) * graph.size();
  }

  /** How many searches measured all allowed nodes. */
  long scans() {
    return scans;
  }

  /** Walks that must cross much take twice as long as a search without a filter. */
  private boolean few(NodeFilter filter, int width) {
    int crossing = 10L * filter.count() < graph.size() ? 2 : 1;
    return filter.count() <= (long) crossing * SCANNED_PER_EF * width;
  }

  /** Whether enough nodes are allowed of those that a search without the filter finds. */
  private boolean passed(
      LayerSearch search,
      Answers answers,
      SearchOptions options,
      NodeFilter filter,
      Growth growth) {
    int wanted = growth.start(options, graph.size());
    SearchOptions more = options.widened((double) graph.size() / filter.count());
    int width = growth.start(more, graph.size());
    search.start(Math.max(growth.limit(), Math.min(graph.size(), answers.kept(more.k()))));
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    search.beam.stop(answers.stop(more));
    for (; width > 0; width = growth.next(search.beam, width)) {
      search.run(0, width);
    }
    search.beam.retain(filter, search.beam.size());
    return options.ranged() || search.beam.size() >= ENOUGH * Math.min(wanted, filter.count());
  }

  private boolean walked(
      LayerSearch search,
      Stop stop,
      SearchOptions options,
      NodeFilter filter,
      Growth growth,
      int first) {
    search.start((int) Math.min(graph.size(), 2L * growth.limit()));
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    search.run(0, PROBE);
    Beam beam = search.beam;
    if (allowed(beam, nearest(beam, filter), filter) == 0) {
      return false;
    }
    double share = (double) allowed(beam, beam.size(), filter) / beam.size();
    int wider = share < RARE ? 2 : 1;
    int wanted = share < SPARSE ? 3 * graph.m() / 2 : graph.m();
    int count = barred(beam, filter);
    beam.retain(filter, wider * growth.limit());
    beam.stop(stop);
    for (int i = 0; i < count; i++) {
      walk.expand(search, barred[i], wanted, filter);
    }
    for (int width = first; width > 0; width = growth.next(beam, width)) {
      walk.run(search, wider * width, wanted, filter);
    }
    return beam.size() >= Math.min(options.k(), first);
  }

  /** How many nodes are near enough to tell; what is left from upper levels is not. */
  private int nearest(Beam beam, NodeFilter filter) {
    long enough = (long) EXPECTED * graph.size() / filter.count() + 1;
    return (int) Math.min(enough, (beam.size() + 1) / 2);
  }

  private static int allowed(Beam beam, int nearest, NodeFilter filter) {
    int allowed = 0;
    for (int rank = 0; rank < nearest; rank++) {
      allowed += filter.bit(beam.node(rank));
    }
    return allowed;
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
