package dev.knit.flink;

import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Compacts a table again and again in a job of its own, beside any jobs that write to it: small
 * segments become larger ones, by merging their graphs.
 */
public final class KnitCompaction {
  private KnitCompaction() {}

  /**
   * Adds such a job's only task to an environment. It ends when the job is cancelled. Needs no
   * checkpoints.
   */
  public static void addTo(
      StreamExecutionEnvironment env, TableAccess table, CompactionOptions options) {
    DataStream<Long> rounds = env.fromSequence(0, Long.MAX_VALUE - 1).setParallelism(1);
    rounds
        .process(new Round(table, options), Types.VOID)
        .name("Knit compaction")
        .setParallelism(1)
        .setMaxParallelism(1);
  }

  /**
   * Runs such a job.
   *
   * @param args the table's directory; then, if wanted, seconds between compactions and threads
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 3) {
      throw new IllegalArgumentException(
          "Give the table's directory, and if wanted seconds between compactions and threads, not %s."
              .formatted(Arrays.toString(args)));
    }
    CompactionOptions defaults = CompactionOptions.defaults();
    Duration pause =
        args.length > 1 ? Duration.ofSeconds(Long.parseLong(args[1])) : defaults.pause();
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : defaults.threads();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    addTo(env, TableAccess.of(args[0]), new CompactionOptions(pause, threads));
    env.execute("Knit compaction of " + args[0]);
  }

  /** Compacts, then waits. */
  private static final class Round extends ProcessFunction<Long, Void> {
    private static final long serialVersionUID = 1;
    private final TableAccess table;
    private final CompactionOptions options;
    private transient CompactionTask task;

    Round(TableAccess table, CompactionOptions options) {
      this.table = table;
      this.options = options;
    }

    @Override
    public void open(OpenContext context) {
      task =
          new CompactionTask(
              table, options, new CompactionMetrics(getRuntimeContext().getMetricGroup()));
    }

    @Override
    public void processElement(Long round, Context context, Collector<Void> out) throws Exception {
      task.offer();
      task.await();
      Thread.sleep(options.pause().toMillis());
    }

    @Override
    public void close() {
      if (task != null) {
        task.close();
      }
    }
  }
}
