package dev.knit.spark;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStatusTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs under a tag of their own, so that one can wait until none of their tasks runs. */
final class TaggedJobs {
  private static final Logger LOG = LoggerFactory.getLogger(TaggedJobs.class);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final int POLL_MILLIS = 20;

  /**
   * Polls without a running task that are believed: the tracker hears of a start a little later.
   */
  private static final int QUIET_POLLS = 5;

  private final SparkContext context;
  private final String tag = "knit-" + UUID.randomUUID();

  TaggedJobs(SparkContext context) {
    this.context = context;
  }

  /** Runs {@code work}; its jobs get the tag. */
  <T> T run(Callable<T> work) throws Exception {
    context.addJobTag(tag);
    try {
      return work.call();
    } finally {
      context.removeJobTag(tag);
    }
  }

  /** Waits some seconds for the tasks that a failed job leaves behind to notice that. */
  void awaitEnd() throws InterruptedException {
    long start = System.nanoTime();
    int quiet = 0;
    while (quiet < QUIET_POLLS && System.nanoTime() - start < PATIENCE) {
      hearEverything();
      quiet = isRunning() ? 0 : quiet + 1;
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Lets the tracker hear of all that has happened so far. */
  private void hearEverything() {
    try {
      context.listenerBus().waitUntilEmpty(TimeUnit.NANOSECONDS.toMillis(PATIENCE));
    } catch (TimeoutException e) {
      LOG.debug("Listeners of Spark are far behind.", e);
    }
  }

  private boolean isRunning() {
    SparkStatusTracker tracker = context.statusTracker();
    for (int job : tracker.getJobIdsForTag(tag)) {
      for (int stage : tracker.getJobInfo(job).get().stageIds()) {
        var info = tracker.getStageInfo(stage);
        if (info.isDefined() && info.get().numActiveTasks() > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
