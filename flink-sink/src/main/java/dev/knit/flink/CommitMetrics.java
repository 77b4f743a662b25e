package dev.knit.flink;

import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the committer tells, in the group {@code knit}: how long commits take, how often others were
 * faster, how long ago the last was, which version and checkpoint it was, what it added, and the
 * table's segments and rows then.
 */
final class CommitMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MILLIS_PER_SECOND = 1000;
  private final Counter conflicts;
  private final Counter segmentsAdded;
  private final Counter rowsAdded;
  private volatile long lastMillis = System.currentTimeMillis();
  private volatile long durationMillis;
  private volatile long checkpoint;
  private volatile Totals totals = new Totals(0, 0, 0, 0, 0);

  /** A table at a version. */
  private record Totals(long version, int segments, int flat, long rows, long deleted) {
    static Totals of(Snapshot snapshot) {
      long all = snapshot.segments().stream().mapToLong(SegmentInfo::rows).sum();
      int flat = (int) snapshot.segments().stream().filter(SegmentInfo::isFlat).count();
      return new Totals(
          snapshot.version(),
          snapshot.segments().size(),
          flat,
          snapshot.rows(),
          all - snapshot.rows());
    }
  }

  CommitMetrics(MetricGroup group) {
    MetricGroup own = group.addGroup("knit");
    conflicts = own.counter("commitConflicts");
    segmentsAdded = own.counter("segmentsAdded");
    rowsAdded = own.counter("rowsAdded");
    own.gauge("lastCommitDurationMillis", () -> durationMillis);
    own.gauge(
        "secondsSinceLastCommit",
        () -> (System.currentTimeMillis() - lastMillis) / MILLIS_PER_SECOND);
    own.gauge("lastCommittedCheckpoint", () -> checkpoint);
    own.gauge("tableVersion", () -> totals.version());
    own.gauge("tableSegments", () -> totals.segments());
    own.gauge("tableFlatSegments", () -> totals.flat());
    own.gauge("tableRows", () -> totals.rows());
    own.gauge("tableDeletedRows", () -> totals.deleted());
  }

  /** Another commit was faster; this one is tried again. */
  void conflicted() {
    conflicts.inc();
  }

  /** A version was made, or nothing was to be changed. */
  void committed(IndexCommittable committable, Snapshot version, long nanos) {
    durationMillis = nanos / NANOS_PER_MILLI;
    lastMillis = System.currentTimeMillis();
    checkpoint = committable.checkpoint();
    totals = Totals.of(version);
    committable.parts().forEach(part -> rowsAdded.inc(part.liveRows()));
    segmentsAdded.inc(committable.parts().stream().filter(p -> p.segment() != null).count());
  }
}
