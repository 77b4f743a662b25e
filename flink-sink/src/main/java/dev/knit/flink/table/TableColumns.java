package dev.knit.flink.table;

import dev.knit.table.Column;
import dev.knit.table.ColumnType;
import dev.knit.table.TableSchema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The columns of a table as a statement declares them: in its order, one of them the vector and one
 * the id. Immutable.
 *
 * @param row all columns
 * @param vector place of the vector
 * @param id place of the id; −1 when no primary key tells it
 */
record TableColumns(RowType row, int vector, int id) implements Serializable {
  /** What {@link #numbers} has for the id. */
  static final int ID = -1;

  /** What {@link #numbers} has for the vector. */
  static final int VECTOR = -2;

  /**
   * What is declared.
   *
   * @param vectorName null for the only column that can be it
   * @param keys places of the primary key
   * @throws ValidationException when there is no such vector column, or the key is no id
   */
  static TableColumns of(RowType row, String vectorName, int... keys) {
    int vector = vectorName == null ? onlyVector(row) : named(row, vectorName);
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (i != vector) {
        FlinkTypes.column(row.getFieldNames().get(i), row.getTypeAt(i));
      }
    }
    return new TableColumns(row, vector, id(vector, keys));
  }

  private static int onlyVector(RowType row) {
    List<String> vectors =
        row.getFields().stream()
            .filter(field -> FlinkTypes.isVector(field.getType()))
            .map(RowType.RowField::getName)
            .toList();
    if (vectors.size() != 1) {
      throw new ValidationException(
          "Which column holds the vectors? Of %s %s of type ARRAY<FLOAT>; name one by the option 'vector.column'."
              .formatted(
                  row.getFieldNames(),
                  vectors.isEmpty() ? "none is" : String.join(" and ", vectors) + " are"));
    }
    return row.getFieldIndex(vectors.get(0));
  }

  private static int named(RowType row, String name) {
    int vector = row.getFieldIndex(name);
    if (vector < 0) {
      throw new ValidationException(
          "Option 'vector.column' is '%s', but the columns are %s."
              .formatted(name, row.getFieldNames()));
    }
    if (!FlinkTypes.isVector(row.getTypeAt(vector))) {
      throw new ValidationException(
          "Vector column '%s' has type %s; it must be ARRAY<FLOAT>."
              .formatted(name, row.getTypeAt(vector).asSummaryString()));
    }
    return vector;
  }

  private static int id(int vector, int... keys) {
    if (keys.length == 0) {
      return -1;
    }
    if (keys.length > 1 || keys[0] == vector) {
      throw new ValidationException(
          "The primary key of an index table is its id, one column of type INT, BIGINT or STRING; here it has %d."
              .formatted(keys.length));
    }
    return keys[0];
  }

  String name(int column) {
    return row.getFieldNames().get(column);
  }

  LogicalType type(int column) {
    return row.getTypeAt(column);
  }

  /**
   * For each column its number in the table: {@link #ID}, {@link #VECTOR} or that of a metadata
   * column.
   *
   * @throws ValidationException when the table has other columns than are declared
   */
  int[] numbers(String table, TableSchema schema) {
    if (id >= 0 && !name(id).equals(schema.id().name())) {
      throw mismatch(
          table, "its id is '%s', but the primary key is '%s'", schema.id().name(), name(id));
    }
    int[] numbers = new int[row.getFieldCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(table, schema, i);
    }
    return numbers;
  }

  /**
   * Refuses to write to a table that has columns which are not declared.
   *
   * @throws ValidationException naming them
   */
  void requireAll(String table, TableSchema schema) {
    List<String> missing = new ArrayList<>(List.of(schema.id().name(), schema.vector()));
    schema.metadata().forEach(column -> missing.add(column.name()));
    missing.removeAll(row.getFieldNames());
    if (!missing.isEmpty()) {
      throw mismatch(table, "it has columns %s, too; declare them to write to it", missing);
    }
  }

  private int number(String table, TableSchema schema, int i) {
    if (name(i).equals(schema.vector())) {
      if (i != vector) {
        throw mismatch(
            table, "its vectors are in '%s', not in '%s'", schema.vector(), name(vector));
      }
      return VECTOR;
    }
    if (i == vector) {
      throw mismatch(table, "its vectors are in '%s', not in '%s'", schema.vector(), name(i));
    }
    if (name(i).equals(schema.id().name())) {
      requireSame(table, schema.id(), i);
      return ID;
    }
    for (int metadata = 0; metadata < schema.metadata().size(); metadata++) {
      if (schema.metadata().get(metadata).name().equals(name(i))) {
        requireSame(table, schema.metadata().get(metadata), i);
        return metadata;
      }
    }
    throw mismatch(table, "it has no column '%s'", name(i));
  }

  private void requireSame(String table, Column stored, int i) {
    ColumnType declared = FlinkTypes.column(name(i), type(i)).type();
    if (!declared.equals(stored.type())) {
      throw mismatch(
          table,
          "its column '%s' is %s, but it is declared as %s; declare it as %s",
          name(i),
          stored.type(),
          type(i).asSummaryString(),
          FlinkTypes.dataType(stored));
    }
    if (stored.nullable() && !type(i).isNullable()) {
      throw mismatch(
          table, "values of its column '%s' may be null, but it is declared NOT NULL", name(i));
    }
  }

  private static ValidationException mismatch(String table, String what, Object... values) {
    return new ValidationException(
        "The declared columns do not fit the index table '%s': %s."
            .formatted(table, what.formatted(values)));
  }
}
