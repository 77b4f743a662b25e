package dev.knit.flink;

import dev.knit.table.Compactor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What compaction tells, in the group {@code knit.compaction}. */
final class CompactionMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private final Counter completed;
  private final Counter failed;
  private final Counter throttled;
  private final Counter segments;
  private final Counter rows;
  private final Counter dropped;
  private volatile boolean running;
  private volatile long durationMillis;
  private volatile double rowsPerSecond;

  CompactionMetrics(MetricGroup group) {
    MetricGroup own = group.addGroup("knit").addGroup("compaction");
    completed = own.counter("completed");
    failed = own.counter("failed");
    throttled = own.counter("throttled");
    segments = own.counter("segmentsReplaced");
    rows = own.counter("rowsMerged");
    dropped = own.counter("deletedRowsDropped");
    own.gauge("running", () -> running ? 1 : 0);
    own.gauge("lastDurationMillis", () -> durationMillis);
    own.gauge("rowsMergedPerSecond", () -> rowsPerSecond);
  }

  void throttled() {
    throttled.inc();
  }

  void failed() {
    failed.inc();
  }

  void started() {
    running = true;
  }

  void ended(long nanos) {
    running = false;
    durationMillis = nanos / NANOS_PER_MILLI;
  }

  void compacted(Compactor.Report report, long nanos) {
    if (report.compacted() > 0) {
      completed.inc();
      segments.inc(report.compacted());
      rows.inc(report.rows());
      dropped.inc(report.dropped());
      rowsPerSecond = report.rows() * NANOS_PER_SECOND / nanos;
    }
  }
}
