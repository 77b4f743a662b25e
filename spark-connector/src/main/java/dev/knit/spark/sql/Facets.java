package dev.knit.spark.sql;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.inline;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import dev.knit.spark.GroupedSearch;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many of the neighbors of each row have each value of a column: without a shuffle where the
 * index fits into an executor, and otherwise by a join in groups of segments.
 *
 * @param vector the column of the rows that has their vectors
 * @param facet the column whose values are counted
 */
record Facets(KnitIndex index, String vector, String facet, KnnOptions options) {
  private static final String ROW = "knit:row";
  private static final String LEFT = "knit:left";
  private static final String PREFIX = "knit:facet ";

  /** The columns of {@code left}, {@code value} and {@code count}. */
  Dataset<Row> of(Dataset<Row> left) {
    return GroupedSearch.isGrouped(index) && !left.isStreaming() ? grouped(left) : arrays(left);
  }

  private Dataset<Row> arrays(Dataset<Row> left) {
    Column found = index.search(named(vector), options.rightPrefix("").columns(facet));
    Column values = transform(found, hit -> hit.getField(facet));
    Column counts =
        transform(
            array_distinct(values),
            value ->
                struct(
                    value.as("value"),
                    size(filter(values, other -> other.eqNullSafe(value))).as("count")));
    return left.select(col("*"), inline(counts));
  }

  private Dataset<Row> grouped(Dataset<Row> left) {
    Dataset<Row> rows =
        left.select(
            struct(col("*")).as(LEFT), named(vector), monotonically_increasing_id().as(ROW));
    KnnOptions found = options.rightPrefix(PREFIX).columns(facet);
    return index
        .knnJoin(rows, vector, found)
        .groupBy(named(ROW), named(PREFIX + facet))
        .agg(first(named(LEFT)).as(LEFT), count(lit(1)).cast("int").as("count"))
        .select(col("`" + LEFT + "`.*"), named(PREFIX + facet).as("value"), col("count"));
  }

  private static Column named(String column) {
    return col("`" + column.replace("`", "``") + "`");
  }
}
