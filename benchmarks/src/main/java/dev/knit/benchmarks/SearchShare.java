package dev.knit.benchmarks;

import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import scala.jdk.javaapi.CollectionConverters;

/** How much of the time of tasks that search an index is spent in searches. */
final class SearchShare extends SparkListener {
  private static final String SEARCH_TIME = "search time";
  private double searchSeconds;
  private double taskSeconds;

  /** From 0 to 1, of all stages so far that searched. */
  synchronized double share() {
    return searchSeconds / taskSeconds;
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
    for (AccumulableInfo info :
        CollectionConverters.asJava(stage.stageInfo().accumulables().values())) {
      if (info.name().contains(SEARCH_TIME) && info.value().isDefined()) {
        searchSeconds += Double.parseDouble(info.value().get().toString()) / 1e9;
        taskSeconds += stage.stageInfo().taskMetrics().executorRunTime() / 1e3;
      }
    }
  }
}
