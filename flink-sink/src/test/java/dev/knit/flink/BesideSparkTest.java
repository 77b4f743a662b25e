package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job streams changes and compacts while Spark appends, upserts and deletes rows, some of them
 * the job's, and compacts, too.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class BesideSparkTest {
  private static final int CHANGES = Integer.getInteger("knit.changes", 6000);
  private static final long SEED = Long.getLong("knit.seed", 1);

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 2);

  @TempDir Path directory;

  /** Changes of few ids by a log, and among them rows that Spark deletes. */
  private record Changes(ChangeLog log) implements RecordMapper<Long> {
    private static final long FIRST_FOR_SPARK = 2_000_000;

    @Override
    public Object id(Long number) {
      return number % 10 == 0 ? (Object) (FIRST_FOR_SPARK + number) : log.id(number);
    }

    @Override
    public RowChange map(Long number) {
      return number % 10 == 0
          ? RowChange.upsert(id(number), TestRows.vector(number), "for Spark")
          : log.map(number);
    }

    /** What is left after all of them and Spark's deletes. */
    Map<Object, String> rows(int count) {
      Map<Object, String> rows = new TreeMap<>();
      for (long number = 0; number < count; number++) {
        if (map(number) instanceof RowChange.Upsert row) {
          rows.put(row.id(), (String) row.metadata()[0]);
        } else {
          rows.remove(id(number));
        }
      }
      rows.keySet().removeIf(id -> (Long) id >= FIRST_FOR_SPARK && (Long) id % 7 == 0);
      return rows;
    }
  }

  @Test
  void noRowIsLostOrDoubled() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    Changes changes = new Changes(new ChangeLog(SEED, 300));
    KnitSink<Long> sink =
        KnitSink.<Long>builder()
            .table(table)
            .mapper(changes)
            .compaction(new CompactionOptions(Duration.ofSeconds(1), 1))
            .build();
    try (JavaProcess spark =
        SparkProcess.start(
            directory.resolve("log"),
            "dev.knit.spark.WriterBesideFlink",
            directory.resolve("table"),
            directory,
            SEED)) {
      spark.await(directory.resolve("ready"));
      JobClient job = SinkJob.of(sink, CHANGES, 1, 2).start();
      job.getJobExecutionResult().get();
      Files.createFile(directory.resolve("stop"));
      spark.output();
    }
    Map<Object, String> expected = changes.rows(CHANGES);
    for (String line : Files.readAllLines(directory.resolve("rows"))) {
      expected.put(Long.valueOf(line.split(",")[0]), line.split(",")[1]);
    }
    String done = Files.readString(directory.resolve("done")).strip().replace('\n', ' ');
    assertThat(TestRows.of(table)).as("seed %d; Spark did %s", SEED, done).isEqualTo(expected);
    TestRows.assertWhole(table);
    assertThat(done).contains("append", "upsert", "compact");
    System.out.printf(
        "seed %d: %d versions; Spark did %s%n", SEED, table.table().newestVersion(), done);
  }
}
