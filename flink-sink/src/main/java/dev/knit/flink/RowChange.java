package dev.knit.flink;

import java.util.Arrays;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * What a record does to an index table. Immutable, as long as nobody writes to its arrays. Flink
 * finds {@link RowChangeTypeInfo} for it, so that streams of changes need no Kryo.
 */
@TypeInfo(RowChangeTypeInfo.Factory.class)
public sealed interface RowChange {
  /** The id of the row: a whole number or a text, as the table's id column says. */
  Object id();

  /**
   * A row that takes the place of any that has its id. Equal to others of equal values.
   *
   * @param vector of {@code dimension} floats, which must not be changed afterwards
   * @param metadata one value per metadata column that the sink writes, of the class that the
   *     column's type names (see {@link dev.knit.table.ColumnType})
   */
  @TypeInfo(RowChangeTypeInfo.Factory.class)
  record Upsert(Object id, float[] vector, Object[] metadata) implements RowChange {
    /** Checks that there is an array of values, which may be empty. */
    public Upsert {
      if (metadata == null) {
        throw new IllegalArgumentException(
            "The metadata of row %s is null; give a value per column, (Object) null for a null."
                .formatted(id));
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Upsert row
          && Objects.equals(id, row.id)
          && Arrays.equals(vector, row.vector)
          && Arrays.deepEquals(metadata, row.metadata);
    }

    @Override
    public int hashCode() {
      return 31 * Objects.hashCode(id) + Arrays.hashCode(vector);
    }

    @Override
    public String toString() {
      return "Upsert[id=%s, vector=%s, metadata=%s]"
          .formatted(id, Arrays.toString(vector), Arrays.deepToString(metadata));
    }
  }

  /** The row that has the id goes, if there is one. */
  @TypeInfo(RowChangeTypeInfo.Factory.class)
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
