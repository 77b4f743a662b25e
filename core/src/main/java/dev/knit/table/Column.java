package dev.knit.table;

/**
 * A column, or a field of a struct.
 *
 * @param nullable whether a value may be null
 */
public record Column(String name, ColumnType type, boolean nullable) {
  /** Checks that there is a name and a type. */
  public Column {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("A column needs a name.");
    }
    if (type == null) {
      throw new IllegalArgumentException("Column '%s' needs a type.".formatted(name));
    }
  }
}
