package dev.knit.flink;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.table.GraphFile;
import dev.knit.table.GraphOrigin;
import dev.knit.table.RowsWriter;
import dev.knit.table.SegmentGraph;
import dev.knit.table.Snapshot;
import dev.knit.table.TableLayout;
import dev.knit.vector.DistinctBuilder;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;

/**
 * A segment as core's engine builds it in one go from rows that are all there: rows file, vectors
 * that differ, graph on one thread, graph file.
 */
final class CoreSegment {
  private static final int FLAT = 4096; // so few rows of the sink get no graph, either

  private CoreSegment() {}

  static void build(TableAccess table, Snapshot base, float[][] vectors, int from, int to)
      throws IOException {
    UUID uuid = UUID.randomUUID();
    DistinctBuilder distinct =
        new DistinctBuilder(
            base.params().metric(), base.schema().dimension(), base.params().maxNorm());
    byte[] levels = new byte[to - from];
    int[] rowNodes = new int[to - from];
    try (RowsWriter rows =
        RowsWriter.create(table.io(), table.path(), TableLayout.rows(uuid), base.schema())) {
      for (int row = from; row < to; row++) {
        rows.write((long) row, vectors[row], new Object[0]);
        int node = distinct.add(vectors[row]);
        rowNodes[row - from] = node;
        byte level = Levels.of(base.params().seed(), row, base.params().m());
        levels[node] = (byte) Math.max(levels[node], level);
      }
      rows.finish();
    }
    if (to - from <= FLAT) {
      return;
    }
    HnswGraph graph =
        new HnswBuilder(base.params().hnsw(), 1)
            .build(distinct.build(), Arrays.copyOf(levels, distinct.size()));
    GraphFile.write(
        table.io(),
        table.path(),
        TableLayout.graph(uuid),
        new GraphOrigin(uuid, base.params(), base.schema().dimension()),
        SegmentGraph.of(graph.withoutLengths(), rowNodes));
  }
}
