package dev.knit.flink;

import dev.knit.table.CompactionPlan;
import dev.knit.table.Compactor;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts a table on a thread of its own, group by group, at most once in a while. What fails is
 * logged and counted, and tried again the next time: rows are as good in small segments.
 */
final class CompactionTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompactionTask.class);

  private final TableAccess table;
  private final CompactionOptions options;
  private final CompactionMetrics metrics;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(CompactionTask::thread);
  private Future<?> running;
  private long pausedUntil = System.nanoTime();

  CompactionTask(TableAccess table, CompactionOptions options, CompactionMetrics metrics) {
    this.table = table;
    this.options = options;
    this.metrics = metrics;
  }

  /** Starts a compaction, unless one is running or has just ended. Returns at once. */
  synchronized void offer() {
    boolean busy = running != null && !running.isDone();
    if (busy || System.nanoTime() - pausedUntil < 0) {
      metrics.throttled();
      return;
    }
    running = thread.submit(this::run);
  }

  /** Compacts all there is to compact; for callers that wait. */
  private void run() {
    long start = System.nanoTime();
    metrics.started();
    try {
      Snapshot newest = table.table().snapshot();
      for (List<SegmentInfo> group : CompactionPlan.groups(newest)) {
        compact(group.stream().map(SegmentInfo::uuid).toList());
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      metrics.failed();
      LOG.warn("'{}' was not compacted; it is tried again.", table.path(), e);
    } finally {
      metrics.ended(System.nanoTime() - start);
      pause(options.pause());
    }
  }

  private void compact(List<UUID> segments) throws IOException {
    long start = System.nanoTime();
    Compactor.Report report =
        Compactor.compact(
            table.io(), table.path(), segments, options.threads(), CompactionTask::goOn);
    metrics.compacted(report, System.nanoTime() - start);
  }

  /** A task that is cancelled does not wait for the end of a merge. */
  private static void goOn(int rows) {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("The compaction was cancelled.");
    }
  }

  private synchronized void pause(Duration pause) {
    pausedUntil = System.nanoTime() + pause.toNanos();
  }

  /** Waits for what is running. */
  void await() throws Exception {
    Future<?> last;
    synchronized (this) {
      last = running;
    }
    if (last != null) {
      last.get();
    }
  }

  /** Cancels what is running; what it has written is left to vacuum. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "knit-compaction");
    thread.setDaemon(true);
    return thread;
  }
}
