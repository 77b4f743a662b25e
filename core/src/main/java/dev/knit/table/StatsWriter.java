package dev.knit.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is known of one column. For one thread. */
final class StatsWriter {
  private static final int TEXT = 32;

  private final int number;
  private final Comparator<Object> order;
  private Object least;
  private Object greatest;
  private int nulls;

  private StatsWriter(int number, Comparator<Object> order) {
    this.number = number;
    this.order = order;
  }

  /** Of the id and the first metadata columns whose values have an order. */
  static List<StatsWriter> all(TableSchema schema) {
    List<StatsWriter> all = new ArrayList<>();
    all.add(new StatsWriter(ColumnStats.ID, ColumnOrder.of(schema.id().type())));
    for (int i = 0; i < schema.metadata().size(); i++) {
      Comparator<Object> order = ColumnOrder.of(schema.metadata().get(i).type());
      all.add(new StatsWriter(schema.columns().get(i), i < ColumnOrder.COLUMNS ? order : null));
    }
    return all;
  }

  /** Takes the value of the next row. */
  void add(Object value) {
    if (order == null) {
      return;
    }
    if (value == null) {
      nulls++;
      return;
    }
    if (least == null || order.compare(value, least) < 0) {
      least = value;
    }
    if (greatest == null || order.compare(value, greatest) > 0) {
      greatest = value;
    }
  }

  /** What was collected; null when nothing can be said. */
  ColumnStats stats() {
    return order == null ? null : new ColumnStats(number, min(least), max(greatest), nulls);
  }

  private static String min(Object value) {
    if (value instanceof String text && text.length() > TEXT) {
      return text.substring(0, end(text));
    }
    return value == null ? null : value.toString();
  }

  /** A long text is cut off and its last character made greater; null when that cannot be. */
  private static String max(Object value) {
    if (!(value instanceof String text) || text.length() <= TEXT) {
      return min(value);
    }
    int last = text.codePointBefore(end(text));
    if (last + 1 > Character.MAX_CODE_POINT || last + 1 == Character.MIN_SURROGATE) {
      return null;
    }
    String before = text.substring(0, end(text) - Character.charCount(last));
    return before + Character.toString(last + 1);
  }

  /** Where a text is cut off: not in the middle of a character. */
  private static int end(String text) {
    return Character.isHighSurrogate(text.charAt(TEXT - 1)) ? TEXT - 1 : TEXT;
  }
}
