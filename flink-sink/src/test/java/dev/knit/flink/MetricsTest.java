package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.GrowingSegment;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a job tells of itself by its metrics, as a reporter sees them. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MetricsTest {
  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();
  private static final int CHANGES = 4000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path directory;

  @Test
  void aJobTellsWhatItHasDone() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    KnitSink<Long> sink =
        KnitSink.<Long>builder()
            .table(table)
            .createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS)
            .mapper(
                number ->
                    number % 100 == 7
                        ? RowChange.upsert(number, new float[1], "short")
                        : RowChange.upsert(number, TestRows.vector(number), "row"))
            .invalidRecords((record, reason) -> {})
            .compaction(new CompactionOptions(Duration.ZERO, 1))
            .build();
    JobClient job = SinkJob.of(sink, CHANGES, 10, 1).start();
    job.getJobExecutionResult().get();
    Map<String, Object> told = told(job.getJobID());

    assertThat(table.table().snapshot().rows()).isEqualTo(CHANGES - 40);
    assertThat(told)
        .containsEntry("Writer.numRecordsSend", CHANGES - 40L)
        .containsEntry("Writer.numRecordsSendErrors", 40L)
        .containsEntry("Writer.knit.invalidRecords", 40L)
        .containsEntry("Writer.knit.memoryRows", 0L)
        .containsEntry("Writer.knit.memoryDeletes", 0L)
        .containsEntry("Committer.knit.rowsAdded", CHANGES - 40L)
        .containsEntry("Committer.failedCommittables", 0L)
        .containsEntry("Committer.pendingCommittables", 0)
        .containsKeys(
            "Writer.currentSendTime",
            "Writer.knit.memoryBytes",
            "Writer.knit.lastSealMillis",
            "Writer.knit.lastBarrierMillis",
            "Committer.knit.lastCommitDurationMillis",
            "Committer.knit.secondsSinceLastCommit",
            "Committer.knit.commitConflicts",
            "Committer.knit.tableSegments",
            "Committer.knit.tableFlatSegments",
            "Committer.knit.tableDeletedRows",
            "Knit compaction.knit.compaction.running",
            "Knit compaction.knit.compaction.throttled",
            "Knit compaction.knit.compaction.failed",
            "Knit compaction.knit.compaction.lastDurationMillis",
            "Knit compaction.knit.compaction.rowsMergedPerSecond");
    assertThat(told.get("Writer.knit.flatSegmentsSealed"))
        .isEqualTo(told.get("Writer.knit.segmentsSealed"))
        .isEqualTo(told.get("Committer.knit.segmentsAdded"));
    assertPositive(told, "Writer.numBytesSend");
    assertPositive(told, "Committer.successfulCommittables");
    assertPositive(told, "Committer.knit.lastCommittedCheckpoint");
    assertPositive(told, "Committer.knit.tableVersion");
    assertPositive(told, "Committer.knit.tableRows");
  }

  @Test
  void compactionTellsWhatItHasDone() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    for (long part = 0; part < 5; part++) {
      write(table, 10 * part);
    }
    table.writer().delete(List.of(3L, 13L), null);
    MetricListener told = new MetricListener();
    CompactionMetrics metrics = new CompactionMetrics(told.getMetricGroup());
    CompactionOptions options = new CompactionOptions(Duration.ofDays(1), 1);
    try (CompactionTask task = new CompactionTask(table, options, metrics)) {
      task.offer();
      task.await();
      task.offer(); // too early
    }
    assertThat(count(told, "completed")).isEqualTo(1);
    assertThat(count(told, "segmentsReplaced")).isEqualTo(5);
    assertThat(count(told, "rowsMerged")).isEqualTo(48);
    assertThat(count(told, "deletedRowsDropped")).isEqualTo(2);
    assertThat(count(told, "throttled")).isEqualTo(1);
    assertThat(count(told, "failed")).isZero();
    assertThat((double) gauge(told, "rowsMergedPerSecond")).isPositive();
    assertThat(gauge(told, "running")).isEqualTo(0);
  }

  @Test
  void compactionThatFailsIsCounted() throws Exception {
    TableAccess table = TableAccess.of(directory.resolve("none").toString());
    MetricListener told = new MetricListener();
    CompactionMetrics metrics = new CompactionMetrics(told.getMetricGroup());
    try (CompactionTask task = new CompactionTask(table, CompactionOptions.defaults(), metrics)) {
      task.offer();
      task.await();
    }
    assertThat(count(told, "failed")).isEqualTo(1);
    assertThat(count(told, "completed")).isZero();
  }

  private static void write(TableAccess table, long firstId) throws IOException {
    Snapshot base = table.table().snapshot();
    try (GrowingSegment segment = new GrowingSegment(table.io(), table.path(), base, 1)) {
      for (long id = firstId; id < firstId + 10; id++) {
        segment.upsert(id, TestRows.vector(id), new Object[] {"row"});
      }
      table.writer().apply(List.of(segment.seal()), null);
    }
  }

  private static long count(MetricListener told, String name) {
    return told.getCounter("knit", "compaction", name).orElseThrow().getCount();
  }

  private static Object gauge(MetricListener told, String name) {
    return told.getGauge("knit", "compaction", name).orElseThrow().getValue();
  }

  private static void assertPositive(Map<String, Object> told, String name) {
    assertThat(told).containsKey(name);
    assertThat(((Number) told.get(name)).doubleValue()).describedAs(name).isPositive();
  }

  /** Values by the operator's last word and the metric's name. */
  private static Map<String, Object> told(JobID job) {
    Map<String, Object> told = new TreeMap<>();
    REPORTER.getMetricsByGroup().forEach((group, metrics) -> tell(job, group, metrics, told));
    return told;
  }

  private static void tell(
      JobID job, MetricGroup group, Map<String, Metric> metrics, Map<String, Object> told) {
    String operator = group.getAllVariables().getOrDefault("<operator_name>", "");
    if (!job.toHexString().equals(group.getAllVariables().get("<job_id>"))) {
      return;
    }
    for (String name : List.of("Writer", "Committer", "Knit compaction")) {
      if (operator.endsWith(name)) {
        metrics.forEach((key, metric) -> told.put(name + "." + path(group, key), value(metric)));
      }
    }
  }

  /** A metric's name behind operator and subtask. */
  private static String path(MetricGroup group, String metric) {
    String operator = group.getAllVariables().get("<operator_name>") + ".0.";
    String all = group.getMetricIdentifier(metric);
    return all.substring(all.indexOf(operator) + operator.length());
  }

  private static Object value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    return metric instanceof Gauge<?> gauge ? gauge.getValue() : metric;
  }
}
