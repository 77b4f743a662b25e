package dev.knit.spark;

import dev.knit.hnsw.CellRoute;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.table.CellNodes;
import dev.knit.table.CellVectors;
import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.TaskFile;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Builds the subgraph of a cell as {@link SubgraphTask} does, and leaves beside it what merging it
 * with others takes: its vectors, the routes of its nodes, and its upper nodes. The place of each
 * row stands behind its metadata.
 */
final class CellTask implements Function2<Integer, Iterator<InternalRow>, Iterator<Cell>> {
  private static final long serialVersionUID = 1;
  private final BuildTask build;
  private final HnswParams params;
  private final int placeColumn;

  CellTask(BuildTask build, HnswParams params, int placeColumn) {
    this.build = build;
    this.params = params;
    this.placeColumn = placeColumn;
  }

  @Override
  public Iterator<Cell> call(Integer cell, Iterator<InternalRow> rows) throws IOException {
    return rows.hasNext() ? List.of(build(cell, rows)).iterator() : List.<Cell>of().iterator();
  }

  private Cell build(int cell, Iterator<InternalRow> rows) throws IOException {
    String directory = build.directory("cell-%05d".formatted(cell));
    CellRoute.Collector places = new CellRoute.Collector();
    long[] division = {0};
    Iterator<InternalRow> counted = counting(rows, division);
    try (CellVectors.Writer writer =
        new CellVectors.Writer(
            build.table().io(), build.table().path(), directory + "/vectors.f32")) {
      RowLoader loader =
          new RowLoader(
              build,
              (vector, row) -> {
                writer.add(vector);
                places.add(CellPlaces.decode(row.getArray(placeColumn).toIntArray()));
              });
      RowsFile file =
          loader.write(counted, build.directory("part-%05d".formatted(cell)) + "/rows.arrow");
      TaskFile vectorFile = writer.finish();
      HnswBuilder builder =
          new HnswBuilder(params, TaskContext.get().cpus(), build.progressOfNodes());
      VectorValues vectors = loader.vectors();
      HnswGraph graph = builder.build(vectors, loader.levels());
      List<CellRoute> routes = places.routes(graph, vectors.metric());
      GraphPart part =
          build.write("cell-%05d".formatted(cell), graph, loader.rowNodes(), List.of(file));
      return new Cell(
          cell,
          file,
          part,
          vectorFile,
          CellNodes.write(build.table().io(), build.table().path(), directory + "/routes", routes),
          upper(graph, directory, vectorFile),
          graph.entryPoint(),
          graph.maxLevel(),
          loader.rowNodes() != null,
          routes.stream().mapToInt(CellRoute::cell).toArray(),
          routes.stream().mapToInt(route -> route.nodes().length).toArray(),
          division[0],
          builder.distanceComputations(),
          BuildTask.peakHeap());
    }
  }

  private TaskFile upper(HnswGraph graph, String directory, TaskFile vectors) throws IOException {
    int[] nodes = new int[graph.size()];
    byte[] levels = new byte[nodes.length];
    int count = 0;
    for (int node = 0; node < graph.size(); node++) {
      if (graph.level(node) > 0 || node == graph.entryPoint()) {
        levels[count] = (byte) graph.level(node);
        nodes[count++] = node;
      }
    }
    int[] upper = Arrays.copyOf(nodes, count);
    float[][] own =
        CellVectors.select(
            build.table().io(),
            build.table().path(),
            vectors,
            build.draft().schema().dimension(),
            upper);
    return CellNodes.write(
        build.table().io(),
        build.table().path(),
        directory + "/upper",
        new CellNodes.Upper(upper, Arrays.copyOf(levels, count), own));
  }

  private Iterator<InternalRow> counting(Iterator<InternalRow> rows, long[] division) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InternalRow next() {
        InternalRow row = rows.next();
        division[0] += row.getArray(placeColumn).getInt(1);
        return row;
      }
    };
  }
}
