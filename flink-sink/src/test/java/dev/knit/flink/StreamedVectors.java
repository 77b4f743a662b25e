package dev.knit.flink;

import dev.knit.io.VecsReader;
import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.IndexParams;
import dev.knit.table.TableSchema;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Streams of numbers with vectors, which stand in an array that all tasks of this JVM see. What
 * travels to the sink is the number, an id, with its vector.
 */
final class StreamedVectors implements RecordMapper<Tuple2<Long, float[]>> {
  /** Of what travels. */
  static final TypeInformation<Tuple2<Long, float[]>> TYPE =
      Types.TUPLE(Types.LONG, PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final long serialVersionUID = 1;
  private static List<Tuple2<Long, float[]>> changes; // not sent with the mapper

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static long[] cpu;

  private final transient float[][] rows;

  private StreamedVectors(float[][] rows) {
    this.rows = rows;
  }

  /** Reads at most so many vectors of a file. */
  static StreamedVectors read(String file, int count) throws IOException {
    List<float[]> read = new ArrayList<>();
    try (VecsReader in = VecsReader.open(Files.newInputStream(Path.of(file)), file)) {
      for (float[] row = in.next(); row != null && read.size() < count; row = in.next()) {
        read.add(row);
      }
    }
    return new StreamedVectors(read.toArray(new float[0][]));
  }

  static TableSchema schema(int dimension) {
    Column id = new Column("id", Primitive.INT64, false);
    return new TableSchema(id, "embedding", dimension, List.of());
  }

  static IndexParams params(Metric metric) {
    return new IndexParams(metric, 16, 100, 7, 0, Quantization.NONE);
  }

  float[][] rows() {
    return rows;
  }

  int size() {
    return rows.length;
  }

  /** Makes these what is streamed by {@link #changes}. */
  static void use(List<Tuple2<Long, float[]>> all) {
    changes = all;
  }

  /** Makes the first vectors what is streamed. */
  StreamedVectors use(int count) {
    List<Tuple2<Long, float[]>> all = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      all.add(Tuple2.of((long) row, rows[row]));
    }
    use(all);
    cpu = new long[count];
    return this;
  }

  /** All changes, in order. */
  static DataStream<Tuple2<Long, float[]>> changes(StreamExecutionEnvironment env) {
    return env.fromSequence(0, changes.size() - 1)
        .setParallelism(1)
        .map(number -> changes.get(number.intValue()))
        .returns(TYPE)
        .setParallelism(1);
  }

  /** CPU nanoseconds that the writer's thread had spent when it was given a row. */
  static long cpu(int row) {
    return cpu[row];
  }

  /** A sink of these into a table that is made. */
  KnitSinkBuilder<Tuple2<Long, float[]>> sink(TableAccess table) {
    return KnitSink.<Tuple2<Long, float[]>>builder()
        .table(table)
        .createIfAbsent(schema(rows[0].length), params(Metric.L2))
        .mapper(this);
  }

  @Override
  public Object id(Tuple2<Long, float[]> row) {
    return row.f0;
  }

  @Override
  public RowChange map(Tuple2<Long, float[]> row) {
    cpu[row.f0.intValue()] = THREADS.getCurrentThreadCpuTime();
    return RowChange.upsert(row.f0, row.f1);
  }
}
