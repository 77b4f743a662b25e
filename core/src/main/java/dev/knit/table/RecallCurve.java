package dev.knit.table;

import dev.knit.hnsw.SearchOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How good and how fast searches are at several values of ef, against exact search.
 *
 * <p>A neighbor that was found counts as right when it is no farther than the true k-th neighbor,
 * so that ties are no errors.
 */
public final class RecallCurve {
  /** Queries that one thread measures all rows for at a time. */
  private static final int BLOCK = 64;

  private final List<Segment> segments;
  private final float[][] queries;
  private final RowSample own; // null where queries are no rows
  private final int asked;
  private final int wanted;
  private final float[] bounds;

  /**
   * One value of ef.
   *
   * @param recall the share of true neighbors that were found, from 0 to 1
   * @param queriesPerSecond of one thread
   * @param distancesPerQuery distance computations
   */
  public record Point(int ef, double recall, double queriesPerSecond, double distancesPerQuery) {}

  /**
   * Finds the true neighbors of {@code queries} on all processors.
   *
   * @throws IllegalArgumentException when there is no query, one does not fit the index, or the
   *     index has no rows
   */
  public RecallCurve(List<Segment> segments, float[][] queries, int k) {
    this(segments, queries.clone(), null, k);
  }

  /**
   * The same for {@code count} rows of the index in place of queries, or all when there are fewer,
   * drawn at random. Each is left out of its own answer; being in the graph they are found somewhat
   * more easily than queries that are not.
   *
   * @throws IllegalArgumentException when the index has fewer than two rows
   */
  public static RecallCurve ofRows(List<Segment> segments, int count, int k, long seed) {
    RowSample sample = RowSample.of(segments, count, seed);
    return new RecallCurve(segments, sample.vectors(segments), sample, k);
  }

  private RecallCurve(List<Segment> segments, float[][] queries, RowSample own, int k) {
    if (queries.length == 0) {
      throw new IllegalArgumentException("There are no queries to measure with.");
    }
    this.segments = List.copyOf(segments);
    this.queries = queries;
    this.own = own;
    int left = own == null ? 0 : 1;
    this.asked = k + left;
    this.wanted =
        (int) Math.min(k, segments.stream().mapToLong(Segment::liveRowCount).sum() - left);
    if (wanted < 1) {
      throw new IllegalArgumentException("There are no neighbors to find.");
    }
    this.bounds = new float[queries.length];
    IntStream.rangeClosed(0, (queries.length - 1) / BLOCK).parallel().forEach(this::bound);
  }

  /** How many queries it measures with. */
  public int queries() {
    return queries.length;
  }

  private void bound(int block) {
    int from = block * BLOCK;
    float[][] some = Arrays.copyOfRange(queries, from, Math.min(from + BLOCK, queries.length));
    Hits[] truth = searcher().searchExact(some, SearchOptions.of(asked, asked), null);
    for (int i = 0; i < truth.length; i++) {
      int last = rank(truth[i], from + i, wanted - 1);
      bounds[from + i] = truth[i].distance(last);
    }
  }

  /** The place among {@code truth} of what has {@code rank} without the query itself. */
  private int rank(Hits truth, int query, int rank) {
    for (int i = 0; i <= rank; i++) {
      if (isOwn(truth, i, query)) {
        return rank + 1;
      }
    }
    return rank;
  }

  private boolean isOwn(Hits hits, int rank, int query) {
    return own != null && own.is(query, hits.segment(rank), hits.row(rank));
  }

  /** Searches with each of {@code efs}, on this thread, after a round that is not counted. */
  public List<Point> measure(int... efs) {
    List<Point> points = new ArrayList<>();
    IndexSearcher searcher = searcher();
    for (int ef : efs) {
      measure(searcher, ef);
      points.add(measure(searcher, ef));
    }
    return points;
  }

  private Point measure(IndexSearcher searcher, int ef) {
    long right = 0;
    long computed = searcher.distanceComputations();
    long start = System.nanoTime();
    for (int q = 0; q < queries.length; q++) {
      right += right(searcher.search(queries[q], asked, Math.max(ef, asked)), q);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Point(
        ef,
        (double) right / ((long) queries.length * wanted),
        queries.length / seconds,
        (double) (searcher.distanceComputations() - computed) / queries.length);
  }

  private int right(Hits hits, int query) {
    int right = 0;
    for (int rank = 0; rank < hits.size() && hits.distance(rank) <= bounds[query]; rank++) {
      right += isOwn(hits, rank, query) ? 0 : 1;
    }
    return Math.min(right, wanted);
  }

  private IndexSearcher searcher() {
    return new IndexSearcher(segments);
  }
}
