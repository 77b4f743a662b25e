package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.RowsIterator;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.StoredRows;
import dev.knit.table.TableSchema;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** The live rows of an index as a DataFrame: one task per rows file. */
final class IndexRows {
  /** Where a row is; columns of an index may not have these names. */
  static final String SEGMENT = "knit:segment";

  static final String ROW = "knit:row";

  private IndexRows() {}

  /** Id, vector and metadata. */
  static Dataset<Row> of(KnitIndex index) {
    FileRows read = index.holding(new FileRows(index.table(), index.snapshot().toJson()));
    return placed(index, files(index.snapshot()), read).drop(SEGMENT, ROW);
  }

  /** The same of a version that is not committed yet. */
  static Dataset<Row> of(SparkSession spark, TableAccess table, Snapshot draft) {
    FileRows read = new FileRows(table, draft.toJson());
    return placed(spark, draft, files(draft), read).drop(SEGMENT, ROW);
  }

  /**
   * The rows of each segment that meet an SQL condition, as words of a bit set.
   *
   * @throws IllegalArgumentException when the condition does not fit the columns
   */
  static long[][] matching(KnitIndex index, String condition) throws Exception {
    return matching(index, functions.expr(condition));
  }

  /** The same for a condition that was parsed. */
  static long[][] matching(KnitIndex index, org.apache.spark.sql.Column condition)
      throws Exception {
    List<Tuple2<Integer, long[]>> found;
    try {
      FileRows read = new FileRows(index.table(), index.snapshot().toJson());
      Dataset<Row> rows = placed(index, mayMatch(index, condition), read).filter(condition);
      found =
          ReadLeases.during(
              index.table(),
              index.snapshot(),
              () -> rows.select(SEGMENT, ROW).toJavaRDD().mapPartitions(IndexRows::bits).collect());
    } catch (Exception e) {
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        throw new IllegalArgumentException(
            "Filter '%s' does not fit the index: %s".formatted(condition, e.getMessage()), e);
      }
      throw e;
    }
    List<SegmentInfo> segments = index.snapshot().segments();
    BitSet[] allowed = new BitSet[segments.size()];
    for (int i = 0; i < allowed.length; i++) {
      allowed[i] = new BitSet(segments.get(i).rows());
    }
    found.forEach(part -> allowed[part._1()].or(BitSet.valueOf(part._2())));
    long[][] words = new long[allowed.length][];
    for (int i = 0; i < words.length; i++) {
      words[i] = allowed[i].toLongArray();
    }
    return words;
  }

  /** The rows of a partition, all of one segment, as words of a bit set. */
  private static Iterator<Tuple2<Integer, long[]>> bits(Iterator<Row> places) {
    if (!places.hasNext()) {
      return List.<Tuple2<Integer, long[]>>of().iterator();
    }
    int segment = 0;
    BitSet rows = new BitSet();
    while (places.hasNext()) {
      Row place = places.next();
      segment = place.getInt(0);
      rows.set(place.getInt(1));
    }
    return List.of(new Tuple2<>(segment, rows.toLongArray())).iterator();
  }

  /** The files whose statistics do not exclude the condition. */
  static List<Place> mayMatch(KnitIndex index, String condition) {
    return mayMatch(index, functions.expr(condition));
  }

  private static List<Place> mayMatch(KnitIndex index, org.apache.spark.sql.Column condition) {
    List<Place> files = files(index.snapshot());
    FileRows read = new FileRows(index.table(), index.snapshot().toJson());
    Dataset<Row> all = placed(index, files, read);
    LogicalPlan optimized = classic(all.filter(condition)).queryExecution().optimizedPlan();
    List<Attribute> output =
        CollectionConverters.asJava(classic(all).queryExecution().analyzed().output());
    ScanFilter filter = ScanFilter.of(index.snapshot(), output, optimized);
    return files.stream().filter(place -> mayMatch(index.snapshot(), place, filter)).toList();
  }

  private static boolean mayMatch(Snapshot snapshot, Place place, ScanFilter filter) {
    SegmentInfo segment = snapshot.segments().get(place.segment());
    return filter.mayMatch(segment, segment.rowsFiles().get(place.file()));
  }

  private static org.apache.spark.sql.classic.Dataset<Row> classic(Dataset<Row> rows) {
    return (org.apache.spark.sql.classic.Dataset<Row>) rows;
  }

  private static List<Place> files(Snapshot snapshot) {
    List<Place> files = new ArrayList<>();
    for (int segment = 0; segment < snapshot.segments().size(); segment++) {
      for (int file = 0; file < snapshot.segments().get(segment).rowsFiles().size(); file++) {
        files.add(new Place(segment, file));
      }
    }
    return files;
  }

  /** A rows file: of the segment of that number in its snapshot the file of that number. */
  record Place(int segment, int file) implements Serializable {}

  private static Dataset<Row> placed(KnitIndex index, List<Place> files, FileRows read) {
    return placed(index.spark(), index.snapshot(), files, read);
  }

  private static Dataset<Row> placed(
      SparkSession spark, Snapshot snapshot, List<Place> files, FileRows read) {
    StructType schema =
        new StructType()
            .add(SparkTypes.field(snapshot.schema().id()))
            .add(snapshot.schema().vector(), SparkVectors.TYPE, false);
    for (Column column : snapshot.schema().metadata()) {
      schema = schema.add(SparkTypes.field(column));
    }
    schema =
        schema.add(SEGMENT, DataTypes.IntegerType, false).add(ROW, DataTypes.IntegerType, false);
    JavaRDD<InternalRow> rows =
        new JavaSparkContext(Sessions.context(spark))
            .parallelize(files, Math.max(1, files.size()))
            .flatMap(read);
    return Sessions.classic(spark).internalCreateDataFrame(rows.rdd(), schema, false);
  }

  /** Reads the live rows of one file of a segment. */
  private record FileRows(TableAccess table, String snapshotJson)
      implements FlatMapFunction<Place, InternalRow> {
    @Override
    public Iterator<InternalRow> call(Place place) {
      return KnitErrors.told(() -> rows(place));
    }

    private Iterator<InternalRow> rows(Place place) throws IOException {
      Snapshot snapshot = Snapshot.fromJson(snapshotJson);
      SegmentInfo segment = snapshot.segments().get(place.segment());
      StoredRows rows = new StoredRows(table.io(), table.path(), snapshot, segment, place.file());
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> rows.close());
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          try {
            return rows.hasNext();
          } catch (UncheckedIOException e) {
            throw KnitErrors.told(e);
          }
        }

        @Override
        public InternalRow next() {
          return toSpark(snapshot.schema(), rows.next(), place.segment());
        }
      };
    }

    private static InternalRow toSpark(TableSchema schema, RowsIterator.Row row, int segment) {
      Object[] metadata = row.metadata();
      Object[] values = new Object[metadata.length + 4];
      values[0] = CatalystValues.toSpark(row.id(), schema.id().type());
      values[1] = UnsafeArrayData.fromPrimitiveArray(row.vector());
      for (int i = 0; i < metadata.length; i++) {
        values[i + 2] = CatalystValues.toSpark(metadata[i], schema.metadata().get(i).type());
      }
      values[metadata.length + 2] = segment;
      values[metadata.length + 3] = row.number();
      return new GenericInternalRow(values);
    }
  }
}
