package dev.knit.flink.table;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.Compactor;
import dev.knit.table.IndexParams;
import dev.knit.table.IndexTable;
import dev.knit.table.Operation;
import dev.knit.table.SegmentInfo;
import dev.knit.table.SegmentWriter;
import dev.knit.table.Snapshot;
import dev.knit.table.TableCommit;
import dev.knit.table.TableSchema;
import dev.knit.table.TableWriter;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * An index table of documents: id i has the vector (cos i°, sin i°, i / 1000), the name "doc i",
 * the price i / 2, none where 10 divides i, and the year 1900 + i mod 100.
 */
final class Docs {
  static final String COLUMNS =
      "id BIGINT NOT NULL, embedding ARRAY<FLOAT>, name STRING, price DOUBLE, `year` INT, PRIMARY KEY (id) NOT ENFORCED";
  static final TableSchema SCHEMA =
      new TableSchema(
          new Column("id", Primitive.INT64, false),
          "embedding",
          3,
          List.of(
              new Column("name", Primitive.STRING, true),
              new Column("price", Primitive.FLOAT64, true),
              new Column("year", Primitive.INT32, true)));

  final FileIO io = new HadoopFileIO(new Configuration());
  final String path;
  final Metric metric;

  Docs(Path directory, Metric metric) {
    this.path = directory.toString();
    this.metric = metric;
  }

  /** Makes the table with ids from 0 in several segments, the first of them with a graph. */
  static Docs make(Path directory, Metric metric, int... segments) throws IOException {
    Docs docs = new Docs(directory, metric);
    docs.create();
    int first = 0;
    for (int rows : segments) {
      docs.append(first, rows);
      if (first == 0) {
        Compactor.compactAll(docs.io, docs.path, 1);
      }
      first += rows;
    }
    return docs;
  }

  void create() throws IOException {
    float norm = metric == Metric.INNER_PRODUCT ? 10 : 0;
    IndexParams params = new IndexParams(metric, 8, 50, 7, norm, Quantization.INT8);
    TableCommit.create(
        io, path, Snapshot.first(SCHEMA, params, List.of(), Operation.of(Operation.BUILD)));
  }

  void append(int first, int rows) throws IOException {
    Snapshot base = snapshot();
    try (SegmentWriter writer = new SegmentWriter(io, path, base)) {
      for (int id = first; id < first + rows; id++) {
        writer.write((long) id, vector(id), metadata(id));
      }
      SegmentInfo segment = writer.finish();
      new TableWriter(io, path).append(base, List.of(segment), null);
    }
  }

  void delete(Object... ids) throws IOException {
    new TableWriter(io, path).delete(List.of(ids), null);
  }

  Snapshot snapshot() throws IOException {
    return new IndexTable(io, path).snapshot();
  }

  static float[] vector(int id) {
    double angle = Math.toRadians(id);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle), id / 1000f};
  }

  static Object[] metadata(int id) {
    return new Object[] {"doc " + id, id % 10 == 0 ? null : id / 2.0, 1900 + id % 100};
  }

  /** A vector as SQL. */
  static String sql(int id) {
    float[] v = vector(id);
    return "CAST(ARRAY[%s, %s, %s] AS ARRAY<FLOAT>)"
        .formatted((double) v[0], (double) v[1], (double) v[2]);
  }

  /** A statement that declares the table. */
  String ddl(String name, String... options) {
    List<String> with = new ArrayList<>(List.of("'connector' = 'knit'", "'path' = '" + path + "'"));
    with.addAll(List.of(options));
    return "CREATE TABLE %s (%s) WITH (%s)".formatted(name, COLUMNS, String.join(", ", with));
  }
}
