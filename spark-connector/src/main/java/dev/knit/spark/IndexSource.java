package dev.knit.spark;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The table that an index is built from: id, vector as array of float, then all other columns. */
final class IndexSource {
  private static final Set<String> RESERVED = Set.of(KnnSearch.DISTANCE, KnnSearch.RANK);

  private IndexSource() {}

  /**
   * Puts the columns in order.
   *
   * @throws IllegalArgumentException when a column is missing, of a type that does not fit, or
   *     named like one that joins add
   */
  static Dataset<Row> of(Dataset<Row> table, IndexSpec spec) {
    StructType schema = table.schema();
    requireColumn(schema, spec.id());
    requireColumn(schema, spec.vector());
    SparkVectors.checkType(schema.apply(spec.vector()));
    List<Column> columns = new ArrayList<>();
    columns.add(column(spec.id()));
    columns.add(column(spec.vector()).cast(SparkVectors.TYPE).as(spec.vector()));
    for (String name : schema.fieldNames()) {
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "Column '%s' has a name that joins add; rename it.".formatted(name));
      }
      if (!name.equals(spec.id()) && !name.equals(spec.vector())) {
        columns.add(column(name));
      }
    }
    return table.select(columns.toArray(Column[]::new));
  }

  /** A column by its name, whatever characters that has. */
  static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  static void requireColumn(StructType schema, String name) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "There is no column '%s'; the columns are %s."
              .formatted(name, String.join(", ", schema.fieldNames())));
    }
  }
}
