package dev.knit.table;

import dev.knit.hnsw.Levels;
import dev.knit.table.ColumnType.Primitive;

/** What an id must be. */
final class RowIds {
  private RowIds() {}

  /**
   * The id as its column holds it: any whole number that fits becomes an Integer or Long.
   *
   * @throws IllegalArgumentException when it is null or of another type
   */
  static Object of(Column column, Object id) {
    if (column.type() == Primitive.STRING && id instanceof String) {
      return id;
    }
    boolean whole =
        id instanceof Long || id instanceof Integer || id instanceof Short || id instanceof Byte;
    if (whole && column.type() == Primitive.INT64) {
      return ((Number) id).longValue();
    }
    if (whole && column.type() == Primitive.INT32 && ((Number) id).longValue() == intValue(id)) {
      return intValue(id);
    }
    throw new IllegalArgumentException(
        id == null
            ? "An id of column '%s' is null; give each row an id.".formatted(column.name())
            : "Id %s is %s, but column '%s' is of type %s."
                .formatted(id, article(id), column.name(), column.type()));
  }

  /** The order of ids: of whole numbers that by value, of texts that by code points. */
  static int compare(Object id, Object other) {
    return id instanceof String text
        ? compareTexts(text, (String) other)
        : Long.compare(((Number) id).longValue(), ((Number) other).longValue());
  }

  private static int compareTexts(String text, String other) {
    int shorter = Math.min(text.length(), other.length());
    for (int i = 0; i < shorter; i++) {
      if (text.charAt(i) != other.charAt(i)) {
        return Integer.compare(place(text.charAt(i)), place(other.charAt(i)));
      }
    }
    return Integer.compare(text.length(), other.length());
  }

  /** Surrogates stand for characters behind all others. */
  private static int place(char unit) {
    return Character.isSurrogate(unit) ? unit + 0x10000 : unit;
  }

  /** The level of the node that a row with this id makes. */
  static byte level(long seed, Object id, int m) {
    return id instanceof String text
        ? Levels.of(seed, text, m)
        : Levels.of(seed, ((Number) id).longValue(), m);
  }

  private static int intValue(Object id) {
    return ((Number) id).intValue();
  }

  private static String article(Object id) {
    String name = id.getClass().getSimpleName();
    return ("AEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }
}
