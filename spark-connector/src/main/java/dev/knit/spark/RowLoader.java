package dev.knit.spark;

import dev.knit.hnsw.Levels;
import dev.knit.table.Column;
import dev.knit.table.IndexParams;
import dev.knit.table.RowsFile;
import dev.knit.table.RowsWriter;
import dev.knit.table.TableSchema;
import dev.knit.vector.DistinctBuilder;
import dev.knit.vector.VectorCheck;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Writes the rows of a partition (id, vector, then metadata) as they come, and keeps the vectors
 * that differ, each a node. For one thread.
 */
final class RowLoader {
  private final BuildTask build;
  private final TableSchema schema;
  private final IndexParams params;
  private final NodeListener listener;
  private final DistinctBuilder vectors;
  private byte[] levels = new byte[1024]; // by node
  private int[] rowNodes = new int[1024];
  private int rows;

  /** Hears of each new node. */
  interface NodeListener {
    void add(float[] vector, InternalRow row) throws IOException;
  }

  RowLoader(BuildTask build, NodeListener listener) {
    this.build = build;
    this.schema = build.draft().schema();
    this.params = build.draft().params();
    this.listener = listener;
    this.vectors = new DistinctBuilder(params.metric(), schema.dimension(), params.maxNorm());
  }

  RowsFile write(Iterator<InternalRow> partition, String path) throws IOException {
    try (RowsWriter writer =
        RowsWriter.create(build.table().io(), build.table().path(), path, schema)) {
      while (partition.hasNext()) {
        build.endIfGivenUp();
        InternalRow row = partition.next();
        Object id = CatalystValues.fromSpark(row, 0, schema.id().type());
        float[] vector = SparkVectors.floats(row.getArray(1), () -> "Vector of row " + id);
        String problem = VectorCheck.problem(vector, schema.dimension(), params.metric());
        if (problem != null) {
          throw new IllegalArgumentException("Vector of row %s %s".formatted(id, problem));
        }
        writer.write(id, vector, metadata(row));
        add(id, vector, row);
      }
      return writer.finish();
    }
  }

  private void add(Object id, float[] vector, InternalRow row) throws IOException {
    int before = vectors.size();
    int node = vectors.add(vector);
    if (rows == rowNodes.length) {
      rowNodes = Arrays.copyOf(rowNodes, 2 * rows);
    }
    rowNodes[rows++] = node;
    if (node == levels.length) {
      levels = Arrays.copyOf(levels, 2 * node);
    }
    levels[node] = (byte) Math.max(levels[node], level(id));
    if (node == before) {
      listener.add(vector, row);
    }
  }

  private byte level(Object id) {
    return id instanceof String text
        ? Levels.of(params.seed(), text, params.m())
        : Levels.of(params.seed(), ((Number) id).longValue(), params.m());
  }

  private Object[] metadata(InternalRow row) {
    List<Column> columns = schema.metadata();
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = CatalystValues.fromSpark(row, i + 2, columns.get(i).type());
    }
    return values;
  }

  /** The vectors of the nodes, in the form that graphs are built by; to be called once. */
  VectorValues vectors() {
    return params.quantization().apply(vectors.build());
  }

  /** The highest level of any row of each node. */
  byte[] levels() {
    return Arrays.copyOf(levels, vectors.size());
  }

  /** The node of each row, or null when row i is node i. */
  int[] rowNodes() {
    return vectors.size() == rows ? null : Arrays.copyOf(rowNodes, rows);
  }
}
