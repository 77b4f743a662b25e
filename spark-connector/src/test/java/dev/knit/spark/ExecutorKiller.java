package dev.knit.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import scala.jdk.javaapi.CollectionConverters;

/** Kills, once, the executor that starts a task of a stage of a job. */
final class ExecutorKiller extends SparkListener {
  private final Map<String, Long> processes;
  private final String description;
  private final AtomicInteger lost = new AtomicInteger();
  private final Map<Integer, Boolean> stages = new HashMap<>();
  private final String rdd;
  private boolean killed;

  /**
   * A killer in the last stage.
   *
   * @param processes process ids by executor
   * @param description what that of the job begins with
   */
  ExecutorKiller(Map<String, Long> processes, String description) {
    this(processes, description, null);
  }

  /** The same in the first stage with an RDD of that class; null for the last stage. */
  ExecutorKiller(Map<String, Long> processes, String description, String rdd) {
    this.processes = processes;
    this.description = description;
    this.rdd = rdd;
  }

  /** How many tasks of the stage were lost with their executor, up to now. */
  String lost(SparkContext context) throws TimeoutException {
    context.listenerBus().waitUntilEmpty();
    context.removeSparkListener(this);
    return lost.toString();
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    String job = start.properties().getProperty("spark.job.description", "");
    if (job.startsWith(description)) {
      CollectionConverters.asJava(start.stageInfos()).stream()
          .filter(stage -> rdd == null || has(stage))
          .mapToInt(StageInfo::stageId)
          .reduce((a, b) -> rdd == null ? Math.max(a, b) : Math.min(a, b))
          .ifPresent(stage -> stages.put(stage, true));
    }
  }

  private boolean has(StageInfo stage) {
    return CollectionConverters.asJava(stage.rddInfos()).stream()
        .anyMatch(info -> info.name().equals(rdd));
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (!killed && stages.containsKey(start.stageId())) {
      killed = true;
      ProcessHandle.of(processes.get(start.taskInfo().executorId()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (stages.containsKey(end.stageId()) && end.reason() instanceof ExecutorLostFailure) {
      lost.incrementAndGet();
    }
  }
}
