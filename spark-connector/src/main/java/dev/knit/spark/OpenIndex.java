package dev.knit.spark;

import dev.knit.table.Segment;
import dev.knit.table.SegmentCache;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** The segments of a snapshot, opened once per JVM and shared by its tasks, until closed. */
final class OpenIndex implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final List<SegmentCache.Lease> leases = new ArrayList<>();
  private int foundOpen;
  private long openedBytes;

  private OpenIndex() {}

  /**
   * Opens all segments.
   *
   * @throws UncheckedIOException when one cannot be read or is corrupt
   */
  static OpenIndex of(TableAccess table, Snapshot snapshot) {
    return of(table, snapshot, snapshot.segments());
  }

  /** Opens some segments. */
  static OpenIndex of(TableAccess table, Snapshot snapshot, List<SegmentInfo> segments) {
    OpenIndex open = new OpenIndex();
    try {
      for (SegmentInfo segment : segments) {
        open.add(SegmentCache.shared().acquire(table.io(), table.path(), snapshot, segment));
      }
    } catch (IOException e) {
      open.close();
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return open;
  }

  /** Closes this when the running task ends; outside of one, when {@code user} is gone. */
  OpenIndex heldBy(Object user) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      CLEANER.register(user, this::close);
    } else {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
    }
    return this;
  }

  private void add(SegmentCache.Lease lease) {
    leases.add(lease);
    foundOpen += lease.opened() ? 0 : 1;
    openedBytes += lease.opened() ? lease.segment().bytes() : 0;
  }

  /** How many of the segments were open already. */
  int foundOpen() {
    return foundOpen;
  }

  /** Bytes of the segments that were opened for this. */
  long openedBytes() {
    return openedBytes;
  }

  List<Segment> segments() {
    return leases.stream().map(SegmentCache.Lease::segment).toList();
  }

  /** Lets go of the segments, so that they can be freed even while the task holds this. */
  @Override
  public void close() {
    leases.forEach(SegmentCache.Lease::close);
    leases.clear();
  }
}
