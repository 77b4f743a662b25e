package dev.knit.table;

import dev.knit.table.ColumnType.Primitive;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns of an index table: id and vector, which are never null, then metadata.
 *
 * @param id an int32, int64 or string; values are unique among live rows
 * @param vector name of the vector column
 * @param dimension floats in a vector
 */
public record TableSchema(Column id, String vector, int dimension, List<Column> metadata) {
  private static final Set<ColumnType> ID_TYPES =
      Set.of(Primitive.INT32, Primitive.INT64, Primitive.STRING);

  /** Checks the type of the id, the dimension, and that names differ. */
  public TableSchema {
    metadata = List.copyOf(metadata);
    if (!ID_TYPES.contains(id.type())) {
      throw new IllegalArgumentException(
          "Id column '%s' is a %s, but an id is an int32, int64 or string."
              .formatted(id.name(), id.type()));
    }
    if (id.nullable()) {
      throw new IllegalArgumentException(
          "Id column '%s' must not be nullable.".formatted(id.name()));
    }
    if (dimension < 1) {
      throw new IllegalArgumentException("Dimension must be at least 1, not " + dimension + ".");
    }
    Set<String> names = new HashSet<>(Set.of(id.name()));
    requireNew(names, vector);
    metadata.forEach(column -> requireNew(names, column.name()));
  }

  private static void requireNew(Set<String> names, String name) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("The vector column needs a name.");
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException("There are two columns '%s'.".formatted(name));
    }
  }
}
