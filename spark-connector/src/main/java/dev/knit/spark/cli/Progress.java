package dev.knit.spark.cli;

import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** A progress bar on standard error for each of Knit's jobs, where somebody sees it. */
final class Progress extends SparkListener {
  private static final String DESCRIPTION = "spark.job.description";
  private final Map<Integer, ProgressBar> bars = new HashMap<>();

  private Progress() {}

  /** Shows the jobs of {@code spark} from now on, if standard error is a terminal. */
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
    long[] tasks = {0};
    job.stageInfos().foreach(stage -> tasks[0] += stage.numTasks());
    bars.put(
        job.jobId(),
        new ProgressBarBuilder()
            .setTaskName(description.substring("Knit: ".length()))
            .setInitialMax(tasks[0])
            .setUnit(" tasks", 1)
            .setStyle(ProgressBarStyle.ASCII)
            .build());
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    bars.values().forEach(ProgressBar::step);
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd job) {
    ProgressBar bar = bars.remove(job.jobId());
    if (bar != null) {
      bar.stepTo(bar.getMax());
      bar.close();
    }
  }
}
