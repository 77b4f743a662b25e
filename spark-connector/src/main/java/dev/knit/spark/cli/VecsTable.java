package dev.knit.spark.cli;

import dev.knit.io.VecsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A {@code .fvecs} or {@code .bvecs} file as a table: {@code id} from 0, and {@code vector}. */
final class VecsTable {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private VecsTable() {}

  static Dataset<Row> read(SparkSession spark, String name) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(name), 1)
            .flatMap(Rows::open);
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** The rows of a file, which is closed behind the last. */
  private static final class Rows implements Iterator<Row> {
    private final VecsReader reader;
    private float[] next;
    private long id;

    private Rows(VecsReader reader) throws IOException {
      this.reader = reader;
      this.next = reader.next();
    }

    static Rows open(String name) throws IOException {
      return new Rows(VecsReader.open(Files.newInputStream(Path.of(name)), name));
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Row next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      Row row = RowFactory.create(id++, next);
      try {
        next = reader.next();
        if (next == null) {
          reader.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      return row;
    }
  }
}
