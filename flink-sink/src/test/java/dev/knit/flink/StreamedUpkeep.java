package dev.knit.flink;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.Recall;
import dev.knit.table.Compactor;
import dev.knit.table.IndexParams;
import dev.knit.table.Segment;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Streams vectors into a table, then new vectors for every tenth row and deletes of as many others,
 * compacts, and compares the recall with that of a graph built anew over the same rows. Of eleven
 * vectors ten are rows at first and one is an update.
 */
final class StreamedUpkeep {
  private static final int SHARE = 10;
  private static final float[] DELETE = new float[0];

  private final TableSchema schema;
  private final IndexParams params;
  private final float[][] vectors;
  private final int rows;

  /** Recall@10 of both. */
  record Recalls(int rows, double streamed, double rebuilt) {}

  StreamedUpkeep(TableSchema schema, IndexParams params, float[][] vectors) {
    this.schema = schema;
    this.params = params;
    this.vectors = vectors;
    this.rows = (int) ((long) vectors.length * SHARE / (SHARE + 1));
  }

  /** Runs it on the files of a data set: base vectors, queries, how many of these. */
  public static void main(String[] args) throws Exception {
    float[][] base = StreamedVectors.read(args[0], Integer.MAX_VALUE).rows();
    float[][] queries = StreamedVectors.read(args[1], Integer.parseInt(args[2])).rows();
    StreamedUpkeep upkeep =
        new StreamedUpkeep(
            StreamedVectors.schema(base[0].length), StreamedVectors.params(Metric.COSINE), base);
    Path directory = Files.createTempDirectory("upkeep");
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    upkeep.stream(table, 10_000);
    System.out.printf("streamed: %s%n", table.table().snapshot().segments().size());
    upkeep.compact(table);
    for (int ef : new int[] {32, 64, 128}) {
      System.out.printf("ef %d: %s%n", ef, upkeep.recalls(table, queries, ef));
    }
    table.io().deleteDirectory(directory.toString());
  }

  /** Streams all changes. */
  void stream(TableAccess table, int interval) throws Exception {
    Configuration settings = new Configuration();
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(interval));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, settings);
    List<Tuple2<Long, float[]>> changes = new ArrayList<>();
    for (long row = 0; row < rows; row++) {
      changes.add(Tuple2.of(row, vectors[(int) row]));
    }
    for (long row = 0; row < rows; row += SHARE) {
      changes.add(Tuple2.of(row, updated((int) row)));
      changes.add(Tuple2.of(row + 1, DELETE));
    }
    StreamedVectors.use(changes);
    StreamedVectors.changes(env)
        .sinkTo(
            KnitSink.<Tuple2<Long, float[]>>builder()
                .table(table)
                .createIfAbsent(schema, params)
                .mapper(new Mapper())
                .build());
    env.execute();
  }

  private float[] updated(int row) {
    return vectors[Math.min(vectors.length - 1, rows + row / SHARE)];
  }

  /** A vector for an upsert, none for a delete. */
  private static final class Mapper implements RecordMapper<Tuple2<Long, float[]>> {
    private static final long serialVersionUID = 1;

    @Override
    public Object id(Tuple2<Long, float[]> change) {
      return change.f0;
    }

    @Override
    public RowChange map(Tuple2<Long, float[]> change) {
      return change.f1.length == 0
          ? RowChange.delete(change.f0)
          : RowChange.upsert(change.f0, change.f1);
    }
  }

  Snapshot compact(TableAccess table) throws IOException {
    return Compactor.compactAll(table.io(), table.path(), 1).snapshot();
  }

  /** Recall of the only segment of a table beside that of a graph built anew. */
  Recalls recalls(TableAccess table, float[][] queries, int ef) throws IOException {
    Snapshot newest = table.table().snapshot();
    FlatVectors live = live();
    byte[] levels = new byte[live.size()];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = Levels.of(params.seed(), node, params.m());
    }
    HnswGraph rebuilt = new HnswBuilder(params.hnsw(), 1).build(live, levels);
    try (Segment segment =
        Segment.open(table.io(), table.path(), newest, newest.segments().get(0))) {
      return new Recalls(
          segment.liveRowCount(),
          Recall.of(segment.graph(), segment.vectors(), queries, 10, ef),
          Recall.of(rebuilt, live, queries, 10, ef));
    }
  }

  private FlatVectors live() {
    TreeMap<Integer, float[]> live = new TreeMap<>();
    for (int row = 0; row < rows; row++) {
      live.put(row, row % SHARE == 0 ? updated(row) : vectors[row]);
    }
    for (int row = 1; row < rows + 1; row += SHARE) {
      live.remove(row);
    }
    return FlatVectors.of(params.metric(), live.values().toArray(new float[0][]));
  }
}
