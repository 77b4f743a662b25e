package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.knit.vector.Metric;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What one pass over the ids and vectors of a table tells before anything is built; a table that
 * cannot be indexed is refused here. Values of vectors are checked where they are read for
 * building.
 *
 * @param rows how many rows
 * @param dimension length of every vector
 * @param maxNorm an upper bound of the vectors' norms under {@code inner_product}, else 0
 */
record SourceCheck(long rows, int dimension, float maxNorm) {
  private static final String ID = "id";
  private static final String VECTOR = "vector";

  /**
   * Checks a table.
   *
   * @param table the columns of the index, the vectors as array of float
   */
  static SourceCheck of(Dataset<Row> table, IndexSpec spec) {
    Dataset<Row> rows =
        table.select(
            IndexSource.column(spec.id()).as(ID), IndexSource.column(spec.vector()).as(VECTOR));
    Column length = expr("array_size(vector)");
    Column square =
        spec.metric() == Metric.INNER_PRODUCT
            ? expr("vector_inner_product(vector, vector)")
            : lit(0f);
    Row found =
        rows.groupBy(col(ID))
            .agg(
                count(lit(1)).as("copies"),
                min(length).as("shortest"),
                max(length).as("longest"),
                max(square).as("square"),
                max(col(VECTOR).isNull()).as("missing"))
            .agg(
                sum("copies"),
                min("shortest"),
                max("longest"),
                max("square"),
                min(when(col("copies").gt(1), col(ID))),
                min(when(col("missing"), col(ID))),
                max(col(ID).isNull()))
            .head();
    return evaluate(found, rows, spec);
  }

  private static SourceCheck evaluate(Row found, Dataset<Row> rows, IndexSpec spec) {
    if (found.isNullAt(0)) {
      throw new NoRowsException();
    }
    if (found.getBoolean(6)) {
      throw new IllegalArgumentException(
          "Column '%s' has a null; every row needs an id.".formatted(spec.id()));
    }
    if (!found.isNullAt(4)) {
      throw new IllegalArgumentException(
          "Id %s stands in more than one row of column '%s'; ids must be unique."
              .formatted(found.get(4), spec.id()));
    }
    if (!found.isNullAt(5)) {
      throw new IllegalArgumentException(
          "Vector of row %s is null; remove the row or give it a vector.".formatted(found.get(5)));
    }
    if (found.getInt(1) != found.getInt(2)) {
      throw mixedDimensions(rows);
    }
    if (found.getInt(1) == 0) {
      throw new IllegalArgumentException(
          "The vectors in column '%s' are empty.".formatted(spec.vector()));
    }
    float square = found.isNullAt(3) ? 0 : found.getFloat(3);
    return new SourceCheck(found.getLong(0), found.getInt(1), maxNorm(square));
  }

  private static float maxNorm(float square) {
    if (!Float.isFinite(square)) {
      return Float.MAX_VALUE; // the task that reads the vector names its row
    }
    // Head-room for rounding: no task may find a longer vector.
    return (float) Math.sqrt(square) * 1.0001f;
  }

  private static IllegalArgumentException mixedDimensions(Dataset<Row> rows) {
    List<Row> dimensions =
        rows.groupBy(expr("array_size(vector)").as("dimension"))
            .agg(count(lit(1)).as("rows"), min(ID).as("example"))
            .orderBy(col("rows").desc(), col("dimension"))
            .limit(2)
            .collectAsList();
    return new IllegalArgumentException(
        "Vector of row %s has dimension %d, but %d row(s) have dimension %d."
            .formatted(
                dimensions.get(1).get(2),
                dimensions.get(1).getInt(0),
                dimensions.get(0).getLong(1),
                dimensions.get(0).getInt(0)));
  }
}
