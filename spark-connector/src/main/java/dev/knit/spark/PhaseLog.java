package dev.knit.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes what the phases of a build cost: what its tasks tell, and what Spark counts. */
final class PhaseLog extends SparkListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseLog.class);
  private static final String PHASE = "knit.phase";
  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

  private final SparkContext context;
  private final String build = UUID.randomUUID().toString();
  private final List<BuildReport.Phase> phases = new ArrayList<>();
  private final Map<Integer, String> stages = new HashMap<>();
  private final Map<String, long[]> counted = new HashMap<>(); // shuffle bytes, CPU nanoseconds
  private long peakHeapBytes = BuildTask.peakHeap();

  PhaseLog(SparkContext context) {
    this.context = context;
    context.addSparkListener(this);
  }

  /** Runs {@code work}; its jobs are shown with {@code description} and count for {@code phase}. */
  <T> T run(String phase, String description, Callable<T> work) throws Exception {
    long start = System.nanoTime();
    T result =
        Phases.with(
            context,
            PHASE,
            build + phase,
            () -> Phases.described(context, "Knit: " + description, work));
    double seconds = (System.nanoTime() - start) / 1e9;
    add(new BuildReport.Phase(phase, seconds, 0, 0, 0, 0, BuildReport.Work.NONE));
    return result;
  }

  /** Notes what tasks of a phase told. */
  void note(String phase, long distanceComputations, long peakHeap) {
    note(phase, distanceComputations, BuildReport.Work.NONE, peakHeap);
  }

  /** The same of tasks that told what distances were for. */
  void note(String phase, BuildReport.Work work, long peakHeap) {
    note(phase, work.distances(), work, peakHeap);
  }

  /** The same of tasks that told what some of their distances were for. */
  void note(String phase, long distances, BuildReport.Work work, long peakHeap) {
    peakHeapBytes = Math.max(peakHeapBytes, peakHeap);
    add(new BuildReport.Phase(phase, 0, distances, 0, 0, peakHeap, work));
  }

  /** Adds to the phase of that name. */
  private void add(BuildReport.Phase more) {
    for (int i = 0; i < phases.size(); i++) {
      if (phases.get(i).name().equals(more.name())) {
        phases.set(i, phases.get(i).plus(more));
        return;
      }
    }
    phases.add(more);
  }

  /** The phases so far, in order. */
  List<BuildReport.Phase> phases() {
    try {
      context.listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
    } catch (TimeoutException e) {
      LOG.warn("Spark's listeners are behind; shuffle bytes and CPU seconds are incomplete.", e);
    }
    synchronized (this) {
      return phases.stream().map(this::counted).toList();
    }
  }

  private BuildReport.Phase counted(BuildReport.Phase phase) {
    long[] counts = counted.getOrDefault(build + phase.name(), new long[2]);
    return phase.plus(
        new BuildReport.Phase(
            phase.name(), 0, 0, counts[0], counts[1] / 1e9, 0, BuildReport.Work.NONE));
  }

  /** The most heap that any JVM of the build had in use, as far as tasks told. */
  long peakHeapBytes() {
    return peakHeapBytes;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
    String phase = stage.properties().getProperty(PHASE, "");
    if (phase.startsWith(build)) {
      stages.put(stage.stageInfo().stageId(), phase);
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
    String phase = stages.get(stage.stageInfo().stageId());
    TaskMetrics metrics = stage.stageInfo().taskMetrics();
    if (phase != null && metrics != null) {
      long[] counts = counted.computeIfAbsent(phase, name -> new long[2]);
      counts[0] += metrics.shuffleWriteMetrics().bytesWritten();
      counts[1] += metrics.executorCpuTime();
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
