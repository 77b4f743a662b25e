package dev.knit.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;

/**
 * What searches of a join show in Spark's UI.
 *
 * @param rows of the result
 * @param queries rows of the left that were searched for
 * @param time spent in searches, in nanoseconds, over all tasks
 * @param distances that were computed
 * @param hops nodes that walks expanded
 * @param fallbacks searches by a graph that measured all allowed rows instead
 * @param cached segments that were open already when a task asked for them
 * @param bytes of segments that tasks opened
 */
public record JoinMetrics(
    SQLMetric rows,
    SQLMetric queries,
    SQLMetric time,
    SQLMetric distances,
    SQLMetric hops,
    SQLMetric fallbacks,
    SQLMetric cached,
    SQLMetric bytes)
    implements Serializable {

  private static final long UNSET = -1; // left out of minimum and median

  /** New ones, all zero. */
  public static JoinMetrics of(SparkContext context) {
    return new JoinMetrics(
        SQLMetrics.createMetric(context, "number of output rows"),
        SQLMetrics.createMetric(context, "queries"),
        SQLMetrics.createNanoTimingMetric(context, "search time", UNSET),
        SQLMetrics.createMetric(context, "distance computations"),
        SQLMetrics.createMetric(context, "hops"),
        SQLMetrics.createMetric(context, "exact fallbacks"),
        SQLMetrics.createMetric(context, "segments found open"),
        SQLMetrics.createSizeMetric(context, "size of opened segments", UNSET));
  }

  /** By the names that Spark knows them by. */
  public Map<String, SQLMetric> named() {
    Map<String, SQLMetric> named = new LinkedHashMap<>();
    named.put("numOutputRows", rows);
    named.put("queries", queries);
    named.put("searchTime", time);
    named.put("distanceComputations", distances);
    named.put("hops", hops);
    named.put("exactFallbacks", fallbacks);
    named.put("cacheHits", cached);
    named.put("openedBytes", bytes);
    return named;
  }

  /** Adds what opening an index took. */
  public void opened(OpenSearch open) {
    cached.add(open.segmentsFoundOpen());
    bytes.add(open.openedBytes());
  }

  /** Adds what {@code search} does with an open index, for {@code count} queries. */
  public void count(OpenSearch open, int count, Runnable search) {
    long start = System.nanoTime();
    long distancesBefore = open.distanceComputations();
    long hopsBefore = open.hops();
    long fallbacksBefore = open.exactFallbacks();
    search.run();
    time.add(System.nanoTime() - start);
    queries.add(count);
    distances.add(open.distanceComputations() - distancesBefore);
    hops.add(open.hops() - hopsBefore);
    fallbacks.add(open.exactFallbacks() - fallbacksBefore);
  }
}
