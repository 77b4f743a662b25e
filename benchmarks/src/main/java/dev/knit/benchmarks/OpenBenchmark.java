package dev.knit.benchmarks;

import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.io.FileIO;
import dev.knit.io.LocalFiles;
import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.GraphFile;
import dev.knit.table.GraphOrigin;
import dev.knit.table.GraphPart;
import dev.knit.table.IndexParams;
import dev.knit.table.IndexSearcher;
import dev.knit.table.Operation;
import dev.knit.table.RowsFile;
import dev.knit.table.RowsWriter;
import dev.knit.table.Segment;
import dev.knit.table.SegmentGraph;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableLayout;
import dev.knit.table.TableSchema;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long it takes to open a segment whose files are in the page cache, because they were just
 * written. Its lists name nodes by chance: opening checks them, but does not follow them.
 */
@Command(name = "open", description = "Seconds to open an index from a warm page cache.")
final class OpenBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--rounds", defaultValue = "9")
  int rounds;

  @Option(names = "--quantization", split = ",", defaultValue = "none,int8")
  List<String> quantizations;

  private final FileIO io = new LocalFiles();

  @Override
  public Integer call() throws Exception {
    DataSet data = options.load();
    System.out.printf("%s, %,d rows%n", options.describe(data), data.base().length);
    for (String quantization : quantizations) {
      Path directory = Files.createTempDirectory("knit-open-");
      try {
        Snapshot snapshot = write(data, Quantization.of(quantization), directory.toString());
        report(quantization, directory.toString(), snapshot, data.queries()[0]);
      } finally {
        io.deleteDirectory(directory.toString());
      }
    }
    return 0;
  }

  private void report(String name, String table, Snapshot snapshot, float[] query)
      throws IOException {
    double[] seconds = new double[rounds];
    double[] answered = new double[rounds];
    long bytes = 0;
    for (int round = -1; round < rounds; round++) { // the first warms up
      long start = System.nanoTime();
      try (Segment segment = Segment.open(io, table, snapshot, snapshot.segments().get(0))) {
        double opened = (System.nanoTime() - start) / 1e9;
        new IndexSearcher(List.of(segment)).search(query, DataSet.K, 64);
        if (round >= 0) {
          seconds[round] = opened;
          answered[round] = (System.nanoTime() - start) / 1e9;
        }
        bytes = segment.bytes();
      }
    }
    Arrays.sort(seconds);
    Arrays.sort(answered);
    System.out.printf(
        "%-5s opened in %.3f s (least %.3f), first answer after %.3f s; %,d MB in memory%n",
        name, seconds[rounds / 2], seconds[0], answered[rounds / 2], bytes >> 20);
  }

  private Snapshot write(DataSet data, Quantization quantization, String table) throws IOException {
    TableSchema schema =
        new TableSchema(new Column("id", Primitive.INT64, false), "v", data.dimension(), List.of());
    IndexParams params =
        new IndexParams(data.metric(), options.m, options.efConstruction, 1, 0, quantization);
    UUID uuid = UUID.randomUUID();
    RowsFile rows;
    try (RowsWriter writer = RowsWriter.create(io, table, TableLayout.rows(uuid), schema)) {
      for (int row = 0; row < data.base().length; row++) {
        writer.write((long) row, data.base()[row], new Object[0]);
      }
      rows = writer.finish();
    }
    GraphOrigin origin = new GraphOrigin(uuid, params, data.dimension());
    SegmentGraph graph = SegmentGraph.of(byChance(rows.rows()), null);
    GraphPart part = GraphFile.write(io, table, TableLayout.graph(uuid), origin, graph);
    SegmentInfo segment = SegmentInfo.of(uuid, List.of(rows), List.of(part));
    return Snapshot.first(schema, params, List.of(segment), Operation.of(Operation.BUILD));
  }

  /** Full lists of level 0, and none but −1 above it. */
  private HnswGraph byChance(int nodes) {
    byte[] levels = new byte[nodes];
    int slots = 0;
    int entry = 0;
    for (int node = 0; node < nodes; node++) {
      levels[node] = Levels.of(0, node, options.m);
      slots += levels[node] * options.m;
      entry = levels[node] > levels[entry] ? node : entry;
    }
    int[] upper = new int[slots];
    Arrays.fill(upper, -1);
    int[] level0 = new Random(1).ints(2L * options.m * nodes, 0, nodes).toArray();
    return HnswGraph.of(options.m, levels, entry, level0, upper, null);
  }
}
