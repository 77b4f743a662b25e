package dev.knit.flink;

import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;

/**
 * A job that streams numbers, which a mapper such as a {@link ChangeLog} makes changes of, into a
 * table. Nothing in it needs Kryo.
 *
 * @param pace records between pauses
 */
record SinkJob(
    KnitSink<Long> sink, long changes, int pace, int parallelism, Configuration settings) {

  /** A cluster for the jobs of a test class. */
  static MiniClusterExtension cluster(int taskManagers, int slots) {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(taskManagers)
            .setNumberSlotsPerTaskManager(slots)
            .build());
  }

  /** A sink for a table of {@link TestRows#NUMBERS}, which it makes when there is none. */
  static <T> KnitSinkBuilder<T> sink(TableAccess table, RecordMapper<T> mapper) {
    return KnitSink.<T>builder()
        .table(table)
        .createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS)
        .mapper(mapper);
  }

  static SinkJob of(KnitSink<Long> sink, long changes, int pace, int parallelism) {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(40));
    return new SinkJob(sink, changes, pace, parallelism, settings);
  }

  private <T> SinkJob with(ConfigOption<T> option, T value) {
    Configuration own = new Configuration(settings);
    own.set(option, value);
    return new SinkJob(sink, changes, pace, parallelism, own);
  }

  SinkJob unalignedWhen(boolean on) {
    return with(CheckpointingOptions.ENABLE_UNALIGNED, on);
  }

  SinkJob inBatch() {
    return with(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
  }

  SinkJob withoutRestarts() {
    return with(RestartStrategyOptions.RESTART_STRATEGY, "disable");
  }

  SinkJob withCheckpointsIn(String directory) {
    return with(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
  }

  /** Goes on from a savepoint or checkpoint. */
  SinkJob from(String savepoint, int newParallelism) {
    SinkJob job = with(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    return new SinkJob(sink, changes, pace, newParallelism, job.settings());
  }

  JobClient start() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
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
}
