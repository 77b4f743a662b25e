package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole TaskManagers go, with all their tasks, and others take their place. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class TaskManagerLossTest {
  private static final int LOSSES = 3;
  private static final long SEED = Long.getLong("knit.seed", 1);
  private static final long CHANGES = 12_000;

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(2, 1);

  @TempDir Path directory;

  @Test
  void eachChangeIsThereOnce(@InjectMiniCluster MiniCluster cluster) throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    ChangeLog log = new ChangeLog(SEED, 300);
    KnitSink<Long> sink = KnitSink.<Long>builder().table(table).mapper(log).build();
    Random random = new Random(SEED);
    JobClient job = SinkJob.of(sink, CHANGES, 4, 2).start();
    for (int lost = 0; lost < LOSSES; lost++) {
      awaitVersion(table, table.table().newestVersion() + 1 + random.nextInt(2));
      assertThat(job.getJobStatus().get().isGloballyTerminalState()).isFalse();
      cluster.terminateTaskManager(lost).get();
      cluster.startTaskManager();
    }
    job.getJobExecutionResult().get();

    assertThat(TestRows.of(table)).describedAs("seed %d", SEED).isEqualTo(log.rows(CHANGES));
    TestRows.assertWhole(table);
  }

  private static void awaitVersion(TableAccess table, long version) throws Exception {
    while (table.table().newestVersion() < version) {
      Thread.sleep(5);
    }
  }
}
