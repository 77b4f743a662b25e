package dev.knit.table;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.NodeFilter;
import dev.knit.hnsw.SearchOptions;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Searches the segments of a snapshot for rows. Rows with equal vectors are all found, in order,
 * deleted rows never; segments without a graph are searched exactly. Allocates once, for the
 * largest search it sees.
 *
 * <p>Not thread-safe: one searcher per thread, over shared segments.
 */
public final class IndexSearcher {
  private final List<Segment> segments;
  private final HnswSearcher[] searchers;
  private final ExactSearcher[] exact;
  private final Hits found = new Hits();
  private Hits nearest = new Hits();
  private Hits spare = new Hits();

  /** A searcher of these segments, in the order of their snapshot. */
  public IndexSearcher(List<Segment> segments) {
    this.segments = List.copyOf(segments);
    searchers = new HnswSearcher[segments.size()];
    exact = new ExactSearcher[segments.size()];
    for (int i = 0; i < searchers.length; i++) {
      Segment segment = segments.get(i);
      searchers[i] =
          segment.graph() == null ? null : new HnswSearcher(segment.graph(), segment.vectors());
      exact[i] = new ExactSearcher(segment.vectors());
    }
  }

  /**
   * The {@code k} rows nearest to {@code query} that a beam of width {@code ef} finds in each
   * segment, nearest first, ties by segment. Fewer when there are fewer. The result holds until the
   * next call.
   *
   * @throws IllegalArgumentException when {@code k < 1}, {@code ef < k}, or the query is of another
   *     dimension, not finite, or all zero under {@code cosine}
   */
  public Hits search(float[] query, int k, int ef) {
    nearest.clear();
    for (int i = 0; i < searchers.length; i++) {
      boolean plain = searchers[i] != null && nodes(i, null) == null;
      Neighbors neighbors =
          plain
              ? searchers[i].search(query, k, ef)
              : found(i, query, SearchOptions.of(k, ef), nodes(i, null));
      add(i, neighbors, k, rows(i, null));
    }
    return nearest;
  }

  /**
   * The rows that {@code options} ask for, nearest first, or with negatives in their order; k and
   * the bounds of ef hold for rows and segments as above.
   *
   * @throws IllegalArgumentException as {@link HnswSearcher#search(float[], SearchOptions)}
   */
  public Hits search(float[] query, SearchOptions options) {
    return search(query, options, null);
  }

  /**
   * The same among the rows that {@code filter} allows, at about the recall of no filter.
   *
   * @param filter null to allow all
   */
  public Hits search(float[] query, SearchOptions options, RowFilter filter) {
    nearest.clear();
    for (int i = 0; i < searchers.length; i++) {
      add(i, found(i, query, options, nodes(i, filter)), options.k(), rows(i, filter));
    }
    return nearest;
  }

  /** The truly nearest rows, by measuring all; otherwise as {@link #search}. */
  public Hits searchExact(float[] query, int k) {
    return searchExact(query, SearchOptions.of(k, Math.max(1, k)));
  }

  /** What {@link #search(float[], SearchOptions)} looks for, by measuring all. */
  public Hits searchExact(float[] query, SearchOptions options) {
    return searchExact(query, options, null);
  }

  /**
   * The same among the rows that {@code filter} allows.
   *
   * @param filter null to allow all
   */
  public Hits searchExact(float[] query, SearchOptions options, RowFilter filter) {
    nearest.clear();
    for (int i = 0; i < exact.length; i++) {
      add(i, foundExactly(i, query, options, nodes(i, filter)), options.k(), rows(i, filter));
    }
    return nearest;
  }

  /**
   * The same for many queries, which together take less time than one by one: for each what was
   * found, as its own.
   */
  public Hits[] searchExact(float[][] queries, SearchOptions options, RowFilter filter) {
    Hits[] all = new Hits[queries.length];
    Arrays.setAll(all, query -> new Hits());
    for (int i = 0; i < exact.length; i++) {
      int segment = i;
      exact[i].search(
          queries,
          options,
          nodes(i, filter),
          (query, neighbors) -> {
            nearest = all[query];
            add(segment, neighbors, options.k(), rows(segment, filter));
            all[query] = nearest;
          });
    }
    nearest = new Hits();
    return all;
  }

  private Neighbors found(int i, float[] query, SearchOptions options, NodeFilter filter) {
    if (searchers[i] == null) {
      return foundExactly(i, query, options, filter);
    }
    if (options.sketched() && !searchers[i].hasSketches()) {
      searchers[i].sketches(segments.get(i).sketches());
    }
    return filter == null
        ? searchers[i].search(query, options)
        : searchers[i].search(query, options, filter);
  }

  private Neighbors foundExactly(int i, float[] query, SearchOptions options, NodeFilter filter) {
    return filter == null
        ? exact[i].search(query, options)
        : exact[i].search(query, options, filter);
  }

  private NodeFilter nodes(int i, RowFilter filter) {
    return filter == null ? segments.get(i).liveNodes() : filter.nodes(i);
  }

  private BitSet rows(int i, RowFilter filter) {
    return filter == null ? segments.get(i).liveRows() : filter.rows(i);
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    long sum = 0;
    for (int i = 0; i < searchers.length; i++) {
      sum += exact[i].distanceComputations();
      sum += searchers[i] == null ? 0 : searchers[i].distanceComputations();
    }
    return sum;
  }

  /** How many nodes were expanded in walks through graphs. */
  public long hops() {
    return sum(HnswSearcher::hops);
  }

  /** How many searches of a segment with a graph measured all allowed nodes instead. */
  public long exactFallbacks() {
    return sum(HnswSearcher::exactFallbacks);
  }

  private long sum(ToLongFunction<HnswSearcher> count) {
    return Arrays.stream(searchers).filter(Objects::nonNull).mapToLong(count).sum();
  }

  private void add(int index, Neighbors neighbors, int k, BitSet allowed) {
    Segment segment = segments.get(index);
    found.clear();
    for (int rank = 0; rank < neighbors.size() && found.size() < k; rank++) {
      int node = neighbors.node(rank);
      for (int i = 0; i < segment.rowCount(node) && found.size() < k; i++) {
        int row = segment.row(node, i);
        if (allowed == null || allowed.get(row)) {
          found.add(index, row, neighbors.order(rank), neighbors.distance(rank));
        }
      }
    }
    spare.merge(nearest, found, k);
    Hits merged = spare;
    spare = nearest;
    nearest = merged;
  }
}
