package dev.knit.flink;

import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * How many rows a writer of a job puts into a table in a second of its thread's CPU, with all that
 * this thread does for them (records read, segments built and sealed, barriers), beside core that
 * builds the same segments with the same files in one go ({@link CoreSegment}), in turns. The last
 * segment is left out. Arguments: a file of vectors, how many rows, milliseconds between
 * checkpoints, and rounds.
 */
public final class SinkThroughput {
  private static final int FEW = 30_000;
  private static final double NANOS = 1e9;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private SinkThroughput() {}

  /** Runs both. */
  public static void main(String[] args) throws Exception {
    StreamedVectors vectors = StreamedVectors.read(args[0], Integer.parseInt(args[1]));
    int interval = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Path directory = Files.createTempDirectory("throughput");
    round(vectors, Math.min(vectors.size(), FEW), interval, directory.resolve("few"));
    double[] shares = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      shares[i] = round(vectors, vectors.size(), interval, directory.resolve("round" + i));
    }
    Arrays.sort(shares);
    System.out.printf(
        "a writer builds %.0f %% of what core builds in a second of CPU, median of %d%n",
        100 * shares[rounds / 2], rounds);
  }

  private static double round(StreamedVectors vectors, int rows, int interval, Path directory)
      throws Exception {
    TableAccess table = TableAccess.of(directory.toString());
    job(vectors.use(rows), table, interval);
    Snapshot made = table.table().snapshot();
    List<Integer> sizes = made.segments().stream().map(SegmentInfo::rows).toList();
    int counted = rows - sizes.get(sizes.size() - 1);
    double job = (StreamedVectors.cpu(counted) - StreamedVectors.cpu(0)) / NANOS;
    double core = core(table, made, vectors, counted);
    table.io().deleteDirectory(directory.toString());
    System.out.printf(
        "%d rows: writer %.1f s, core %.1f s of CPU, %.0f %%; segments %s%n",
        counted, job, core, 100 * core / job, sizes);
    return core / job;
  }

  private static void job(StreamedVectors vectors, TableAccess table, int interval)
      throws Exception {
    Configuration settings = new Configuration();
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(interval));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
    StreamedVectors.changes(env).sinkTo(vectors.sink(table).build());
    env.execute();
  }

  private static double core(TableAccess table, Snapshot made, StreamedVectors vectors, int rows)
      throws Exception {
    long before = THREADS.getCurrentThreadCpuTime();
    int first = 0;
    for (SegmentInfo segment : made.segments()) {
      if (first < rows) {
        CoreSegment.build(table, made, vectors.rows(), first, first + segment.rows());
      }
      first += segment.rows();
    }
    return (THREADS.getCurrentThreadCpuTime() - before) / NANOS;
  }
}
