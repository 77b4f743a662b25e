package dev.knit.spark;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.table.Column;
import dev.knit.table.IndexParams;
import dev.knit.table.RowsFile;
import dev.knit.table.RowsWriter;
import dev.knit.table.TableSchema;
import dev.knit.vector.DistinctVectors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorCheck;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Builds the subgraph of one partition: writes its rows as they come, keeps their vectors, and
 * builds a graph over those that differ on as many threads as the task has cores.
 */
final class SubgraphTask implements Function2<Integer, Iterator<InternalRow>, Iterator<Subgraph>> {
  private static final long serialVersionUID = 1;
  private final BuildTask build;

  SubgraphTask(BuildTask build) {
    this.build = build;
  }

  @Override
  public Iterator<Subgraph> call(Integer partition, Iterator<InternalRow> rows) throws IOException {
    if (!rows.hasNext()) {
      return List.<Subgraph>of().iterator();
    }
    Loader loader = new Loader(build.draft().schema(), build.draft().params());
    RowsFile file =
        loader.write(rows, build.directory("part-%05d".formatted(partition)) + "/rows.arrow");
    DistinctVectors distinct = DistinctVectors.of(loader.vectors.build());
    byte[] levels =
        Levels.highest(
            Arrays.copyOf(loader.levels, file.rows()), distinct.nodes(), distinct.vectors().size());
    int[] inserted = {0};
    HnswBuilder builder =
        new HnswBuilder(
            build.draft().params().hnsw(),
            TaskContext.get().cpus(),
            nodes -> {
              build.advance(nodes - inserted[0]);
              inserted[0] = nodes;
            });
    VectorValues vectors = build.draft().params().quantization().apply(distinct.vectors());
    HnswGraph graph = builder.build(vectors, levels);
    Subgraph subgraph =
        new Subgraph(
            List.of(file),
            build.write("subgraph-%05d".formatted(partition), graph, distinct.nodes()),
            builder.distanceComputations(),
            BuildTask.peakHeap());
    return List.of(subgraph).iterator();
  }

  /** Takes in rows: id, vector, then metadata. */
  private final class Loader {
    private final TableSchema schema;
    private final IndexParams params;
    final FlatVectors.Builder vectors;
    byte[] levels = new byte[1024];

    Loader(TableSchema schema, IndexParams params) {
      this.schema = schema;
      this.params = params;
      this.vectors =
          FlatVectors.builder(params.metric(), schema.dimension(), levels.length)
              .maxNorm(params.maxNorm());
    }

    RowsFile write(Iterator<InternalRow> rows, String path) throws IOException {
      try (RowsWriter writer =
          RowsWriter.create(build.table().io(), build.table().path(), path, schema)) {
        while (rows.hasNext()) {
          build.endIfGivenUp();
          InternalRow row = rows.next();
          Object id = CatalystValues.fromSpark(row, 0, schema.id().type());
          float[] vector = SparkVectors.floats(row.getArray(1), () -> "Vector of row " + id);
          String problem = VectorCheck.problem(vector, schema.dimension(), params.metric());
          if (problem != null) {
            throw new IllegalArgumentException("Vector of row %s %s".formatted(id, problem));
          }
          writer.write(id, vector, metadata(row));
          add(id, vector);
        }
        return writer.finish();
      }
    }

    private void add(Object id, float[] vector) {
      if (vectors.size() == levels.length) {
        levels = Arrays.copyOf(levels, 2 * levels.length);
      }
      levels[vectors.size()] =
          id instanceof String text
              ? Levels.of(params.seed(), text, params.m())
              : Levels.of(params.seed(), ((Number) id).longValue(), params.m());
      vectors.add(vector);
    }

    private Object[] metadata(InternalRow row) {
      List<Column> columns = schema.metadata();
      Object[] values = new Object[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = CatalystValues.fromSpark(row, i + 2, columns.get(i).type());
      }
      return values;
    }
  }
}
