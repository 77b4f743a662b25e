package dev.knit.spark;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The table that an index is built from: id, vector as array of float, then all other columns. */
final class IndexSource {
  private static final Set<String> RESERVED =
      Set.of(KnnSearch.DISTANCE, KnnSearch.RANK, IndexRows.SEGMENT, IndexRows.ROW);

  private IndexSource() {}

  /**
   * Puts the columns in order.
   *
   * @throws IllegalArgumentException when a column is missing, of a type that does not fit, or
   *     named like one that Knit adds
   */
  static Dataset<Row> of(Dataset<Row> table, IndexSpec spec) {
    StructType schema = table.schema();
    checkColumns(schema, spec);
    List<Column> columns = new ArrayList<>();
    columns.add(column(spec.id()));
    columns.add(column(spec.vector()).cast(SparkVectors.TYPE).as(spec.vector()));
    for (StructField field : schema.fields()) {
      if (!field.name().equals(spec.id()) && !field.name().equals(spec.vector())) {
        columns.add(column(field.name()));
      }
    }
    return table.select(columns.toArray(Column[]::new));
  }

  /**
   * Refuses columns that make no index.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  static void checkColumns(StructType schema, IndexSpec spec) {
    if (spec.id() == null) {
      throw new IllegalArgumentException(
          "An index needs an id column; name one in IndexSpec.of(id, vector).");
    }
    requireColumn(schema, spec.id());
    requireColumn(schema, spec.vector());
    if (spec.id().equals(spec.vector())) {
      throw new IllegalArgumentException(
          "Column '%s' cannot be both id and vector.".formatted(spec.id()));
    }
    checkId(schema.apply(spec.id()));
    SparkVectors.checkType(schema.apply(spec.vector()));
    for (StructField field : schema.fields()) {
      requireFree(field.name());
      SparkTypes.column(field);
    }
  }

  /** Refuses the name of a column that Knit adds itself. */
  static void requireFree(String name) {
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "Column '%s' has a name that Knit uses itself; rename it.".formatted(name));
    }
  }

  /**
   * Refuses columns that hold no ids.
   *
   * @throws IllegalArgumentException when it is neither int nor long nor string
   */
  static void checkId(StructField field) {
    DataType type = field.dataType();
    boolean fits =
        type instanceof StringType
            || type.equals(DataTypes.LongType)
            || type.equals(DataTypes.IntegerType);
    if (!fits) {
      throw new IllegalArgumentException(
          "Id column '%s' has type %s, but an id is an INT, BIGINT or STRING; cast it."
              .formatted(field.name(), type.sql()));
    }
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
