package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A progress bar on standard error for each of Knit's jobs, where somebody sees it. It counts the
 * rows that tasks report with their heartbeats, and tasks where they report none.
 */
final class Progress extends SparkListener {
  private static final String DESCRIPTION = "spark.job.description";
  private final Map<Integer, ProgressBar> bars = new HashMap<>();
  private final Map<Long, Long> rowsByTask = new HashMap<>();

  private Progress() {}

  /** Shows the jobs of {@code spark} from now on, if there is a terminal. */
  static void show(SparkSession spark) {
    if (System.console() != null) {
      spark.sparkContext().addSparkListener(new Progress());
    }
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    String description = job.properties().getProperty(DESCRIPTION);
    if (description == null || !description.startsWith("Knit: ")) {
      return;
    }
    rowsByTask.clear();
    String rows = job.properties().getProperty(KnitIndex.ROWS_PROPERTY);
    int[] tasks = {0};
    job.stageInfos().foreach(stage -> tasks[0] += stage.numTasks());
    bars.put(
        job.jobId(),
        new ProgressBarBuilder()
            .setTaskName(description.substring("Knit: ".length()))
            .setInitialMax(rows == null ? tasks[0] : Long.parseLong(rows))
            .setUnit(rows == null ? " tasks" : " rows", 1)
            .setStyle(ProgressBarStyle.ASCII)
            .build());
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> note((Long) task._1(), CollectionConverters.asJava(task._4())));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    note(task.taskInfo().taskId(), CollectionConverters.asJava(task.taskInfo().accumulables()));
    if (rowsByTask.isEmpty()) {
      bars.values().forEach(ProgressBar::step);
    }
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd job) {
    ProgressBar bar = bars.remove(job.jobId());
    if (bar != null) {
      bar.stepTo(bar.getMax());
      bar.close();
    }
  }

  private void note(long task, Iterable<AccumulableInfo> counters) {
    for (AccumulableInfo counter : counters) {
      boolean rows = counter.name().contains(KnitIndex.ROWS_COUNTER);
      if (rows && counter.update().isDefined() && counter.update().get() instanceof Long count) {
        rowsByTask.merge(task, count, Math::max);
        long done = rowsByTask.values().stream().mapToLong(Long::longValue).sum();
        bars.values().forEach(bar -> bar.stepTo(Math.min(done, bar.getMax())));
      }
    }
  }
}
