package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.xxhash64;

import dev.knit.table.IndexParams;
import dev.knit.vector.DistinctBuilder;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorCheck;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * A sample of the different vectors of a table: those with the lowest hashes, so that it is the
 * same in whatever order and parts the rows come.
 */
final class CellSample {
  private static final int LEAST = 4096;
  private static final int PER_CELL = 512;
  private static final int LEAST_PER_CELL = 64;
  private static final long FLOATS = 64 << 20;

  private CellSample() {}

  /** At least one vector, unless no row has one that can be indexed. */
  static FlatVectors draw(Dataset<Row> source, IndexParams params, SourceCheck check, int cells) {
    long least = Math.max(LEAST, (long) LEAST_PER_CELL * cells);
    long wanted = Math.max(least, Math.min((long) PER_CELL * cells, FLOATS / check.dimension()));
    double share = 1.2 * wanted / check.rows(); // more than enough, unless many are equal
    List<Tuple2<Long, float[]>> found = below(source, params.seed(), share);
    while (found.size() < wanted && share < 1) {
      share *= 16;
      found = below(source, params.seed(), share);
    }
    DistinctBuilder sample =
        new DistinctBuilder(params.metric(), check.dimension(), params.maxNorm());
    found.stream()
        .sorted(Comparator.comparing(Tuple2::_1))
        .map(Tuple2::_2)
        .filter(v -> VectorCheck.problem(v, check.dimension(), params.metric()) == null)
        .limit(wanted)
        .forEach(sample::add);
    return sample.build();
  }

  /** Different vectors with hashes in the lowest {@code share} of all. */
  private static List<Tuple2<Long, float[]>> below(Dataset<Row> source, long seed, double share) {
    String vector = source.columns()[1];
    Dataset<Row> hashed =
        source.select(
            IndexSource.column(vector).as("vector"),
            xxhash64(IndexSource.column(vector), lit(seed)).as("hash"));
    if (share < 1) {
      hashed = hashed.filter(col("hash").leq(lit((long) (Long.MIN_VALUE + share * 0x1p64))));
    }
    Dataset<Row> different = hashed.groupBy("hash").agg(min("vector"));
    return ((org.apache.spark.sql.classic.Dataset<Row>) different)
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map(CellSample::entry)
        .collect();
  }

  private static Tuple2<Long, float[]> entry(InternalRow row) {
    return new Tuple2<>(row.getLong(0), row.getArray(1).toFloatArray());
  }
}
