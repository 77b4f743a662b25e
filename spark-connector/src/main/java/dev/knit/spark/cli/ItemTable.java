package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.split;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Items of the MovieLens layout, with columns that filters can use. */
final class ItemTable {
  private static final String YEAR = "\\(([0-9]{4})\\)\\s*$";

  private ItemTable() {}

  /**
   * The same with {@code genres} as an array, where they were written {@code Comedy|Drama}, and
   * with a column {@code year} from titles like {@code Heat (1995)}, where there was none.
   */
  static Dataset<Row> of(Dataset<Row> items) {
    Dataset<Row> table = items;
    if (isText(items, "genres")) {
      table = table.withColumn("genres", split(col("genres"), "\\|"));
    }
    if (isText(items, "title") && !Arrays.asList(items.columns()).contains("year")) {
      Column year = regexp_extract(col("title"), YEAR, 1);
      table = table.withColumn("year", year.try_cast(DataTypes.IntegerType));
    }
    return table;
  }

  private static boolean isText(Dataset<Row> table, String column) {
    return Arrays.stream(table.schema().fields())
        .anyMatch(
            field -> field.name().equals(column) && field.dataType().equals(DataTypes.StringType));
  }
}
