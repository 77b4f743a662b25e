package dev.knit.flink;

import dev.knit.table.IndexSearcher;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job that streams vectors for as long as it takes, and what it tells at each version: how long
 * the checkpoint took, for how long writers held its barrier, how long the commit took, and how old
 * the oldest of its new rows was when a search found it. Arguments: a file of vectors, how many
 * rows, milliseconds between checkpoints, writers, and {@code compact} to compact beside it.
 */
public final class SinkSustained {
  private static final int POLL_MILLIS = 50;
  private static final double MILLIS = 1e3;
  private static long[] given; // when the source gave each row

  private final TableAccess table;
  private final InMemoryReporter reporter;
  private final StreamedVectors vectors;
  private final Set<UUID> seen = new HashSet<>();
  private final long start = System.currentTimeMillis();
  private long rows;
  private long oldest;

  private SinkSustained(TableAccess table, InMemoryReporter reporter, StreamedVectors vectors) {
    this.table = table;
    this.reporter = reporter;
    this.vectors = vectors;
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    StreamedVectors vectors = StreamedVectors.read(args[0], Integer.parseInt(args[1]));
    int interval = Integer.parseInt(args[2]);
    given = new long[vectors.size()];
    Path directory = Files.createTempDirectory("sustained");
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();
    Configuration settings = reporter.addToConfiguration(new Configuration());
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(interval));
    int writers = Integer.parseInt(args[3]);
    KnitSinkBuilder<Tuple2<Long, float[]>> sink = vectors.sink(table);
    if (args.length > 4 && args[4].equals("compact")) {
      sink.compaction(CompactionOptions.defaults());
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(writers, settings);
    vectors.use(vectors.size());
    StreamedVectors.changes(env)
        .map(SinkSustained::given)
        .returns(StreamedVectors.TYPE)
        .setParallelism(1)
        .sinkTo(sink.build());
    new SinkSustained(table, reporter, vectors).watch(env.executeAsync(), interval);
    table.io().deleteDirectory(directory.toString());
  }

  private static Tuple2<Long, float[]> given(Tuple2<Long, float[]> row) {
    given[row.f0.intValue()] = System.currentTimeMillis();
    return row;
  }

  private void watch(JobClient job, int interval) throws Exception {
    System.out.println("seconds    rows segments checkpoint ms barrier ms commit ms oldest row s");
    long version = 0;
    CompletableFuture<JobExecutionResult> end = job.getJobExecutionResult();
    while (!end.isDone() || version < table.table().newestVersion()) {
      long newest = table.table().exists() ? table.table().newestVersion() : 0;
      if (newest > version) {
        version = newest;
        tell(job.getJobID(), table.table().snapshot(newest));
      }
      Thread.sleep(POLL_MILLIS);
    }
    end.get();
    double seconds = (System.currentTimeMillis() - start) / MILLIS;
    System.out.printf(
        "%d rows in %.0f s, %.0f a second; searchable after at most %.1f s, of %.1f allowed%n",
        rows, seconds, rows / seconds, oldest / MILLIS, interval / MILLIS + 5);
  }

  private void tell(JobID job, Snapshot snapshot) throws IOException {
    if (snapshot.rows() <= rows) {
      return; // only compacted
    }
    int first = (int) rows;
    List<SegmentInfo> fresh =
        snapshot.segments().stream().filter(segment -> seen.add(segment.uuid())).toList();
    requireFound(snapshot, fresh, first);
    long age = System.currentTimeMillis() - given[first];
    oldest = Math.max(oldest, age);
    rows = snapshot.rows();
    System.out.printf(
        "%7.0f %7d %8d %13s %10s %9s %12.1f%n",
        (System.currentTimeMillis() - start) / MILLIS,
        rows,
        snapshot.segments().size(),
        gauge(job, "lastCheckpointDuration"),
        gauge(job, "lastBarrierMillis"),
        gauge(job, "lastCommitDurationMillis"),
        age / MILLIS);
  }

  /** The oldest of the new rows is found by a search of the new segments. */
  private void requireFound(Snapshot snapshot, List<SegmentInfo> fresh, int row)
      throws IOException {
    List<Segment> opened = new ArrayList<>();
    try {
      for (SegmentInfo segment : fresh) {
        opened.add(Segment.open(table.io(), table.path(), snapshot, segment));
      }
      float distance = new IndexSearcher(opened).search(vectors.rows()[row], 1, 100).distance(0);
      if (distance > 0) {
        throw new IllegalStateException("Row %d is not found: %s.".formatted(row, distance));
      }
    } finally {
      opened.forEach(Segment::close);
    }
  }

  /** The largest of all tasks. */
  private Object gauge(JobID job, String name) {
    return reporter.findMetrics(job, ".*" + name).values().stream()
        .map(metric -> ((Number) ((Gauge<?>) metric).getValue()).longValue())
        .max(Long::compare)
        .map(Object::toString)
        .orElse("-");
  }
}
