package dev.knit.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How good and how fast searches are at several values of ef, against exact search.
 *
 * <p>A neighbor that was found counts as right when it is no farther than the true k-th neighbor,
 * so that ties are no errors.
 */
public final class RecallCurve {
  private final List<Segment> segments;
  private final float[][] queries;
  private final int k;
  private final float[] bounds;
  private final int wanted;

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
   * @throws IllegalArgumentException when there is no query, or one does not fit the index
   */
  public RecallCurve(List<Segment> segments, float[][] queries, int k) {
    if (queries.length == 0) {
      throw new IllegalArgumentException("There are no queries to measure with.");
    }
    this.segments = List.copyOf(segments);
    this.queries = queries.clone();
    this.k = k;
    this.wanted = (int) Math.min(k, segments.stream().mapToLong(Segment::liveRowCount).sum());
    this.bounds = new float[queries.length];
    ThreadLocal<IndexSearcher> searchers = ThreadLocal.withInitial(this::searcher);
    IntStream.range(0, queries.length)
        .parallel()
        .forEach(q -> bounds[q] = searchers.get().searchExact(queries[q], k).distance(wanted - 1));
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
      Hits hits = searcher.search(queries[q], k, ef);
      for (int rank = 0; rank < hits.size() && hits.distance(rank) <= bounds[q]; rank++) {
        right++;
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Point(
        ef,
        (double) right / ((long) queries.length * wanted),
        queries.length / seconds,
        (double) (searcher.distanceComputations() - computed) / queries.length);
  }

  private IndexSearcher searcher() {
    return new IndexSearcher(segments);
  }
}
