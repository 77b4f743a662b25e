package dev.knit.table;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.DistinctVectors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** An index table in a directory, with an int64 id, vectors, and a text that names the row. */
final class TestTable {
  static final int DIMENSION = 6;

  final FileIO io = new HadoopFileIO(new Configuration());
  final String path;
  final TableSchema schema =
      new TableSchema(
          new Column("id", Primitive.INT64, false),
          "embedding",
          DIMENSION,
          List.of(new Column("text", Primitive.STRING, true)));
  final IndexParams params;

  TestTable(Path directory) {
    this(directory, Metric.L2);
  }

  TestTable(Path directory, Metric metric) {
    this(directory, metric, Quantization.NONE);
  }

  TestTable(Path directory, Metric metric, Quantization quantization) {
    this.path = directory.toString();
    this.params = new IndexParams(metric, 4, 20, 7, 0, quantization);
  }

  static float[][] random(int rows, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[rows][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** Writes and commits version 1 with a segment for each of {@code segments}. */
  Snapshot commit(float[][]... segments) throws IOException {
    List<SegmentInfo> infos = new ArrayList<>();
    long id = 0;
    for (float[][] vectors : segments) {
      infos.add(write(vectors, id));
      id += vectors.length;
    }
    Snapshot snapshot = Snapshot.first(schema, params, infos, Operation.of(Operation.BUILD));
    TableCommit.create(io, path, snapshot);
    return snapshot;
  }

  /** Writes a segment whose rows have the ids {@code firstId …} and the texts {@code "row i"}. */
  SegmentInfo write(float[][] vectors, long firstId) throws IOException {
    UUID uuid = UUID.randomUUID();
    RowsFile rows = writeRows(TableLayout.rows(uuid), vectors, firstId);
    GraphPart graph =
        GraphFile.write(io, path, TableLayout.graph(uuid), origin(uuid), graph(vectors));
    return SegmentInfo.of(uuid, List.of(rows), List.of(graph));
  }

  RowsFile writeRows(String file, float[][] vectors, long firstId) throws IOException {
    try (RowsWriter writer = RowsWriter.create(io, path, file, schema)) {
      for (int row = 0; row < vectors.length; row++) {
        writer.write(firstId + row, vectors[row], new Object[] {"row " + row});
      }
      return writer.finish();
    }
  }

  GraphOrigin origin(UUID segment) {
    return new GraphOrigin(segment, params, DIMENSION);
  }

  /** A graph in which rows with equal vectors share a node. */
  SegmentGraph graph(float[][] vectors) {
    FlatVectors.Builder all = FlatVectors.builder(params.metric(), DIMENSION, vectors.length);
    for (float[] vector : vectors) {
      all.add(vector);
    }
    DistinctVectors distinct = DistinctVectors.of(all.build());
    return SegmentGraph.of(build(distinct.vectors()), distinct.nodes());
  }

  private HnswGraph build(VectorValues vectors) {
    byte[] levels = new byte[vectors.size()];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = Levels.of(params.seed(), node, params.m());
    }
    return new HnswBuilder(params.hnsw(), 1).build(params.quantization().apply(vectors), levels);
  }
}
