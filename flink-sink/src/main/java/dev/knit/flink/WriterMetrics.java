package dev.knit.flink;

import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * What a writer tells: the standard counters of sinks, and in the group {@code knit} rows and bytes
 * in memory, deletes that wait, segments, rows that were refused, the time that sealing takes, and
 * for how long the last checkpoint's barrier was held for it.
 */
final class WriterMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private final Counter sent;
  private final Counter bytes;
  private final Counter errors;
  private final Counter segments;
  private final Counter flatSegments;
  private final Counter refused;
  private volatile long memoryRows;
  private volatile long memoryBytes;
  private volatile long deletes;
  private volatile long sealMillis;
  private volatile long barrierMillis;

  WriterMetrics(SinkWriterMetricGroup group) {
    sent = group.getNumRecordsSendCounter();
    bytes = group.getNumBytesSendCounter();
    errors = group.getNumRecordsSendErrorsCounter();
    group.setCurrentSendTimeGauge(() -> sealMillis);
    MetricGroup own = group.addGroup("knit");
    segments = own.counter("segmentsSealed");
    flatSegments = own.counter("flatSegmentsSealed");
    refused = own.counter("invalidRecords");
    own.gauge("memoryRows", () -> memoryRows);
    own.gauge("memoryBytes", () -> memoryBytes);
    own.gauge("memoryDeletes", () -> deletes);
    own.gauge("lastSealMillis", () -> sealMillis);
    own.gauge("lastBarrierMillis", () -> barrierMillis);
  }

  /** A change went into a segment. */
  void written(GrowingSegment segment) {
    sent.inc();
    show(segment);
  }

  /** A segment was begun. */
  void begun(GrowingSegment segment) {
    show(segment);
  }

  private void show(GrowingSegment segment) {
    memoryRows = segment.rows();
    memoryBytes = segment.bytes();
    deletes = segment.deletes();
  }

  /** All was sealed for a checkpoint, whose barrier waited meanwhile. */
  void flushed(long nanos) {
    barrierMillis = nanos / NANOS_PER_MILLI;
  }

  void refused() {
    errors.inc();
    refused.inc();
  }

  void sealed(SealedRows rows, long nanos) {
    sealMillis = nanos / NANOS_PER_MILLI;
    if (rows.segment() != null) {
      segments.inc();
      bytes.inc(rows.segment().bytes());
      if (rows.segment().isFlat()) {
        flatSegments.inc();
      }
    }
  }
}
