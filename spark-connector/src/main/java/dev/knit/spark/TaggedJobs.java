package dev.knit.spark;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStatusTracker;

/** Jobs under a tag of their own, so that one can wait until none of their tasks runs. */
final class TaggedJobs {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

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
    while (isRunning() && System.nanoTime() - start < PATIENCE) {
      TimeUnit.MILLISECONDS.sleep(20);
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
