package dev.knit.table;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.SearchOptions;
import java.util.BitSet;
import java.util.List;

/**
 * Searches the segments of a snapshot for rows. Rows with equal vectors are all found, in order.
 * Allocates once, for the largest search it sees.
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
      searchers[i] = new HnswSearcher(segment.graph(), segment.vectors());
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
      add(i, searchers[i].search(query, k, ef), k, null);
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
    nearest.clear();
    for (int i = 0; i < searchers.length; i++) {
      add(i, searchers[i].search(query, options), options.k(), null);
    }
    return nearest;
  }

  /** The same among the rows that {@code filter} allows, at about the recall of no filter. */
  public Hits search(float[] query, SearchOptions options, RowFilter filter) {
    nearest.clear();
    for (int i = 0; i < searchers.length; i++) {
      Neighbors found = searchers[i].search(query, options, filter.nodes(i));
      add(i, found, options.k(), filter.rows(i));
    }
    return nearest;
  }

  /** The truly nearest rows, by measuring all; otherwise as {@link #search}. */
  public Hits searchExact(float[] query, int k) {
    return searchExact(query, SearchOptions.of(k, Math.max(1, k)));
  }

  /** What {@link #search(float[], SearchOptions)} looks for, by measuring all. */
  public Hits searchExact(float[] query, SearchOptions options) {
    nearest.clear();
    for (int i = 0; i < exact.length; i++) {
      add(i, exact[i].search(query, options), options.k(), null);
    }
    return nearest;
  }

  /** The same among the rows that {@code filter} allows. */
  public Hits searchExact(float[] query, SearchOptions options, RowFilter filter) {
    nearest.clear();
    for (int i = 0; i < exact.length; i++) {
      Neighbors found = exact[i].search(query, options, filter.nodes(i));
      add(i, found, options.k(), filter.rows(i));
    }
    return nearest;
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    long sum = 0;
    for (int i = 0; i < searchers.length; i++) {
      sum += searchers[i].distanceComputations() + exact[i].distanceComputations();
    }
    return sum;
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
