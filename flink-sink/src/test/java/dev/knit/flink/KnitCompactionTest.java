package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.Operation;
import dev.knit.table.TableVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job that compacts, and nothing else, beside one that writes. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KnitCompactionTest {
  private static final int CHANGES = 6000;

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 3);

  @TempDir Path directory;

  /** As long as there is no table each compaction fails, but not the job. */
  @Test
  void itGoesOnBesideTheWriterWhateverFails() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    ChangeLog log = new ChangeLog(5, 300);
    JobClient compaction = compact(table);
    while (compaction.getJobStatus().get() != JobStatus.RUNNING) {
      Thread.sleep(10);
    }
    Thread.sleep(500); // some compactions that fail
    SinkJob.of(SinkJob.<Long>sink(table, log).build(), CHANGES, 10, 2).run();
    while (table.table().history().stream().noneMatch(KnitCompactionTest::isCompaction)) {
      assertThat(compaction.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
      Thread.sleep(10);
    }
    compaction.cancel().get();

    assertThat(TestRows.of(table)).isEqualTo(log.rows(CHANGES));
    TestRows.assertWhole(table);
  }

  private static JobClient compact(TableAccess table) throws Exception {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    KnitCompaction.addTo(env, table, new CompactionOptions(Duration.ofMillis(50), 1));
    return env.executeAsync();
  }

  private static boolean isCompaction(TableVersion version) {
    return version.operation().kind().equals(Operation.COMPACT);
  }

  @Test
  void argumentsThatDoNotFitAreTold() {
    assertThatThrownBy(() -> KnitCompaction.main(new String[0]))
        .hasMessageContaining("Give the table's directory");
    assertThatThrownBy(() -> new CompactionOptions(Duration.ofSeconds(-1), 1))
        .hasMessageContaining("a pause of at least 0");
  }
}
