package dev.knit.flink;

/** What a record does to an index table. Immutable, as long as nobody writes to its arrays. */
public sealed interface RowChange {
  /** The id of the row: a whole number or a text, as the table's id column says. */
  Object id();

  /**
   * A row that takes the place of any that has its id.
   *
   * @param vector of {@code dimension} floats, which must not be changed afterwards
   * @param metadata one value per metadata column that the sink writes, of the class that the
   *     column's type names (see {@link dev.knit.table.ColumnType})
   */
  record Upsert(Object id, float[] vector, Object[] metadata) implements RowChange {}

  /** The row that has the id goes, if there is one. */
  record Delete(Object id) implements RowChange {}

  /** A row that takes the place of any that has its id. */
  static RowChange upsert(Object id, float[] vector, Object... metadata) {
    return new Upsert(id, vector, metadata);
  }

  /** The row that has the id goes, if there is one. */
  static RowChange delete(Object id) {
    return new Delete(id);
  }
}
