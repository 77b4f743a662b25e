package dev.knit.flink.table;

import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a task's searches tell, in the group {@code knit.search}: how many there were and how many
 * distances they computed; of the table that they share with the process's other tasks the version
 * that is searched, its segments and rows, and for how long it has not been known to be the newest.
 * Safe for use by many threads.
 */
final class SearchMetrics {
  private final LongAdder searches = new LongAdder();
  private final LongAdder distances = new LongAdder();

  private SearchMetrics() {}

  static SearchMetrics of(MetricGroup group, ServedTable table) {
    SearchMetrics metrics = new SearchMetrics();
    MetricGroup own = group.addGroup("knit").addGroup("search");
    own.gauge("searches", metrics.searches::sum);
    own.gauge("distanceComputations", metrics.distances::sum);
    own.gauge("version", table::version);
    own.gauge("segments", table::segments);
    own.gauge("rows", table::rows);
    own.gauge("staleMillis", table::staleMillis);
    own.gauge("openBytes", ServedVersion::openBytes);
    return metrics;
  }

  /** A search was done. */
  void searched(long distanceComputations) {
    searches.increment();
    distances.add(distanceComputations);
  }
}
