package dev.knit.flink;

import com.sun.management.OperatingSystemMXBean;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.Levels;
import dev.knit.io.VecsReader;
import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.IndexParams;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * CPU time of a job that streams vectors into a table, beside that of building the same segments by
 * core, on one thread. Arguments: a file of vectors, how many rows, and milliseconds between
 * checkpoints.
 */
public final class SinkThroughput {
  private static final int DIMENSION = 128;
  private static float[][] vectors;

  private SinkThroughput() {}

  /** Runs both. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[1]);
    vectors = new float[rows][];
    try (VecsReader in = VecsReader.open(Files.newInputStream(Path.of(args[0])), args[0])) {
      for (int row = 0; row < rows; row++) {
        vectors[row] = in.next();
      }
    }
    IndexParams params = new IndexParams(Metric.L2, 16, 100, 7, 0, Quantization.NONE);
    Path directory = Files.createTempDirectory("throughput");
    int few = Math.min(rows, 30_000);
    build(params, 0, few); // what is run twice is compiled
    job(TableAccess.of(directory.resolve("few").toString()), params, few, 10_000);
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    long before = cpu();
    long start = System.nanoTime();
    job(table, params, rows, Integer.parseInt(args[2]));
    double jobCpu = (cpu() - before) / 1e9;
    System.out.printf(
        "job: %d rows, %.1f s, %.1f s of CPU%n", rows, (System.nanoTime() - start) / 1e9, jobCpu);
    Snapshot newest = table.table().snapshot();
    before = cpu();
    int first = 0;
    for (SegmentInfo segment : newest.segments()) {
      if (!segment.isFlat()) {
        build(params, first, segment.rows());
      }
      first += segment.rows();
    }
    double coreCpu = (cpu() - before) / 1e9;
    List<Integer> sizes = newest.segments().stream().map(SegmentInfo::rows).toList();
    System.out.printf(
        "core: %.1f s of CPU for segments of %s rows: the sink reaches %.0f %%%n",
        coreCpu, sizes, 100 * coreCpu / jobCpu);
  }

  private static void job(TableAccess table, IndexParams params, int rows, int interval)
      throws Exception {
    Configuration settings = new Configuration();
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(interval));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
    TableSchema schema =
        new TableSchema(
            new Column("id", Primitive.INT64, false), "embedding", DIMENSION, List.of());
    env.fromSequence(0, rows - 1)
        .sinkTo(
            KnitSink.<Long>builder()
                .table(table)
                .createIfAbsent(schema, params)
                .mapper(new Vectors())
                .build());
    env.execute();
  }

  /** Rows of the file. */
  private static final class Vectors implements RecordMapper<Long> {
    private static final long serialVersionUID = 1;

    @Override
    public Object id(Long number) {
      return number;
    }

    @Override
    public RowChange map(Long number) {
      return RowChange.upsert(number, vectors[number.intValue()]);
    }
  }

  private static void build(IndexParams params, int first, int rows) {
    FlatVectors.Builder all = FlatVectors.builder(params.metric(), DIMENSION, rows);
    byte[] levels = new byte[rows];
    for (int row = 0; row < rows; row++) {
      all.add(vectors[first + row]);
      levels[row] = Levels.of(params.seed(), first + row, params.m());
    }
    new HnswBuilder(params.hnsw(), 1).build(all.build(), levels);
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
