package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.Compactor;
import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job streams while another engine, by the calls of core that Spark's tasks make, appends,
 * upserts and deletes rows of its own and compacts all of them.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OtherWritersTest {
  private static final int IDS = 300;
  private static final long FIRST_OWN = 1_000_000;
  private static final long SEED = Long.getLong("knit.seed", 1);

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 2);

  @TempDir Path directory;
  private TableAccess table;
  private final Map<Object, String> own = new TreeMap<>();

  @Test
  void noneOfTheirRowsIsLostOrDoubled() throws Exception {
    table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(SEED, IDS);
    KnitSink<Long> sink = SinkJob.<Long>sink(table, log).build();
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    Random random = new Random(SEED);
    JobClient job = SinkJob.of(sink, 8000, 10, 2).start();
    int compactions = 0;
    while (!job.getJobStatus().get().isGloballyTerminalState()) {
      write(random);
      if (random.nextInt(4) == 0) {
        compactions += Compactor.compactAll(table.io(), table.path(), 1).compacted() > 0 ? 1 : 0;
      }
    }
    job.getJobExecutionResult().get();
    Map<Object, String> expected = new TreeMap<>(log.rows(8000));
    expected.putAll(own);
    assertThat(TestRows.of(table)).describedAs("seed %d", SEED).isEqualTo(expected);
    TestRows.assertWhole(table);
    assertThat(compactions).isPositive();
    assertThat(own).isNotEmpty();
  }

  private void write(Random random) throws Exception {
    TableWriter writer = table.writer();
    if (random.nextInt(3) == 0) {
      List<Object> doomed = own.keySet().stream().filter(id -> random.nextInt(5) == 0).toList();
      writer.delete(doomed, null);
      own.keySet().removeAll(doomed);
      return;
    }
    Snapshot base = table.table().snapshot();
    try (GrowingSegment segment = new GrowingSegment(table.io(), table.path(), base, 1)) {
      for (int i = 0; i < 20; i++) {
        long id = FIRST_OWN + random.nextInt(200);
        String text = "own " + random.nextInt();
        segment.upsert(id, TestRows.vector(id), new Object[] {text});
        own.put(id, text);
      }
      SealedRows sealed = segment.seal();
      writer.upsert(base, List.of(sealed.segment()), null);
    }
  }
}
