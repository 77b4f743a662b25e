package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table holds each change once, whatever happens to the job; each version is a state of it. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ExactlyOnceTest {
  private static final int IDS = 300;
  private static final int FAILOVERS = Integer.getInteger("knit.failovers", 8);
  private static final long SEED = Long.getLong("knit.seed", 1);

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(2, 3);

  @TempDir Path directory;

  @Test
  void failoversLeaveEachChangeOnce() throws Exception {
    int failovers = 0;
    Map<Faults.Place, Integer> places = new HashMap<>();
    for (int run = 0; failovers < FAILOVERS; run++) {
      long seed = SEED + run;
      Faults.arm(seed, Math.min(10, FAILOVERS - failovers));
      TableAccess table =
          TableAccess.of(directory.resolve("table" + run).toString(), new Faults.DeadlyStorage());
      ChangeLog log = new ChangeLog(seed, IDS);
      int writers = 1 + run % 3;
      SinkJob.of(sink(table, log), 6000, 6, writers).unalignedWhen(run % 2 == 1).run();
      failovers += Faults.count();
      Faults.deaths().forEach((place, count) -> places.merge(place, count, Integer::sum));
      Faults.arm(0, 0);
      String told = "seed %d, %d failovers at %s".formatted(seed, failovers, places);
      assertThat(TestRows.of(table)).describedAs(told).isEqualTo(log.rows(6000));
      TestRows.assertWhole(table);
      log.assertVersionsAreStates(table, 6000, writers, told);
    }
    System.out.printf("%d failovers from seed %d: %s%n", failovers, SEED, places);
  }

  @Test
  void goingBackToSavepointsAndOtherParallelismsLosesNothing() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(SEED, IDS);
    String savepoints = directory.resolve("savepoints").toUri().toString();
    SinkJob fast = SinkJob.of(sink(table, log), 8000, 10, 1).unalignedWhen(true);
    SinkJob job = SinkJob.of(sink(table, log), 8000, 1, 1).unalignedWhen(true);
    String first = stopAfterVersions(job, table, 3, savepoints);
    String second = stopAfterVersions(job.from(first, 4), table, 3, savepoints);
    String third = stopAfterVersions(job.from(second, 2), table, 3, savepoints);
    stopAfterVersions(job.from(first, 2), table, 4, savepoints);
    stopAfterVersions(job.from(first, 1), table, 2, savepoints);
    fast.from(third, 4).run();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(8000));
    TestRows.assertWhole(table);
  }

  private static String stopAfterVersions(
      SinkJob job, TableAccess table, int versions, String savepoints) throws Exception {
    long before = table.table().newestVersion();
    JobClient client = job.start();
    while (table.table().newestVersion() < before + versions) {
      if (client.getJobStatus().get().isGloballyTerminalState()) {
        client.getJobExecutionResult().get(); // tells why
        throw new AssertionError("The job ended before it was stopped.");
      }
      Thread.sleep(10);
    }
    return SinkJob.stop(client, savepoints);
  }

  @Test
  void batchesAreOneVersion() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(SEED, IDS);
    SinkJob.of(sink(table, log), 5000, 1000, 2).inBatch().run();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(5000));
    assertThat(table.table().newestVersion()).isEqualTo(2);
  }

  @Test
  void manySegmentsPerCheckpointAreAsOne() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(SEED, IDS);
    KnitSink<Long> sink = builder(table, log).segmentRows(50).build();
    SinkJob.of(sink, 5000, 20, 2).run();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(5000));
    TestRows.assertWhole(table);
  }

  @Test
  void compactionAfterCommitsChangesNoRow() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(SEED, IDS);
    KnitSink<Long> sink =
        builder(table, log).compaction(new CompactionOptions(Duration.ZERO, 1)).build();
    SinkJob.of(sink, 20_000, 20, 2).run();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(20_000));
    TestRows.assertWhole(table);
    assertThat(table.table().history()).anyMatch(v -> v.operation().kind().equals("compact"));
  }

  private static KnitSink<Long> sink(TableAccess table, ChangeLog log) {
    return builder(table, log).build();
  }

  private static KnitSinkBuilder<Long> builder(TableAccess table, ChangeLog log) {
    return SinkJob.<Long>sink(table, log);
  }
}
