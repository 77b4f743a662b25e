package dev.knit.table;

import dev.knit.table.ColumnType.Primitive;
import java.math.BigDecimal;
import java.util.Comparator;

/**
 * How the values of a column are ordered, and read from the texts of statistics. Texts go by their
 * code points; NaN is greater than all numbers, and 0 is −0.
 */
final class ColumnOrder {
  /** Statistics are kept of the first metadata columns, so that manifests stay small. */
  static final int COLUMNS = 32;

  private ColumnOrder() {}

  /** The order of values of {@code type}; null when they have none. */
  static Comparator<Object> of(ColumnType type) {
    if (type instanceof ColumnType.Decimal) {
      return (a, b) -> ((BigDecimal) a).compareTo((BigDecimal) b);
    } else if (!(type instanceof Primitive primitive)) {
      return null;
    } else {
      return of(primitive);
    }
  }

  private static Comparator<Object> of(Primitive type) {
    return switch (type) {
      case BOOLEAN -> (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
      case INT8, INT16, INT32, INT64, DATE, TIMESTAMP, TIMESTAMP_NTZ, STRING -> RowIds::compare;
      case FLOAT32, FLOAT64 -> ColumnOrder::compareFloats;
      case BINARY -> null;
    };
  }

  /** The value that a text of statistics stands for. */
  static Object parse(ColumnType type, String text) {
    if (!(type instanceof Primitive primitive)) {
      return new BigDecimal(text);
    }
    return switch (primitive) {
      case BOOLEAN -> Boolean.valueOf(text);
      case INT8, INT16, INT32, INT64, DATE, TIMESTAMP, TIMESTAMP_NTZ -> Long.valueOf(text);
      case FLOAT32 -> Float.valueOf(text);
      case FLOAT64 -> Double.valueOf(text);
      case STRING -> text;
      case BINARY -> throw new IllegalArgumentException("Binary values have no order.");
    };
  }

  private static int compareFloats(Object a, Object b) {
    double x = ((Number) a).doubleValue();
    double y = ((Number) b).doubleValue();
    return x == y ? 0 : Double.compare(x, y);
  }
}
