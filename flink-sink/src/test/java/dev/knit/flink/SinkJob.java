package dev.knit.flink;

import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job that streams a {@link ChangeLog} into a table. Nothing in it needs Kryo.
 *
 * @param pace records between pauses
 * @param savepoint to go on from; null for none
 */
record SinkJob(
    KnitSink<Long> sink,
    long changes,
    int pace,
    int parallelism,
    boolean unaligned,
    boolean batch,
    String savepoint,
    boolean restarts) {

  static SinkJob of(KnitSink<Long> sink, long changes, int pace, int parallelism) {
    return new SinkJob(sink, changes, pace, parallelism, false, false, null, true);
  }

  SinkJob unalignedWhen(boolean on) {
    return new SinkJob(sink, changes, pace, parallelism, on, batch, savepoint, restarts);
  }

  SinkJob inBatch() {
    return new SinkJob(sink, changes, pace, parallelism, unaligned, true, savepoint, restarts);
  }

  SinkJob from(String path, int newParallelism) {
    return new SinkJob(sink, changes, pace, newParallelism, unaligned, batch, path, restarts);
  }

  SinkJob withoutRestarts() {
    return new SinkJob(sink, changes, pace, parallelism, unaligned, batch, savepoint, false);
  }

  JobClient start() throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration());
    env.fromSequence(0, changes - 1)
        .setParallelism(1)
        .uid("numbers")
        .map(new SlowNumbers(pace))
        .returns(Long.class)
        .setParallelism(1)
        .uid("slow")
        .sinkTo(sink)
        .setParallelism(parallelism)
        .uid("sink");
    return env.executeAsync();
  }

  void run() throws Exception {
    start().getJobExecutionResult().get();
  }

  static String stop(JobClient job, String directory) throws Exception {
    return job.stopWithSavepoint(false, directory, SavepointFormatType.CANONICAL).get();
  }

  private Configuration configuration() {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, restarts ? "fixed-delay" : "disable");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    if (batch) {
      settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    } else {
      settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(40));
      settings.set(CheckpointingOptions.ENABLE_UNALIGNED, unaligned);
    }
    if (savepoint != null) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    return settings;
  }
}
