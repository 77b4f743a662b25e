package dev.knit.table;

import java.util.Comparator;

/**
 * What values a column may have in a rows file, as its statistics tell; where they tell nothing,
 * all that its type allows. Answers are true when in doubt. Values are of the classes that {@link
 * ColumnType} names, and not null. Immutable.
 */
public final class ColumnRange {
  private final Comparator<Object> order;
  private final Object min;
  private final Object max;
  private final boolean someNull;
  private final boolean someSet;

  private ColumnRange(
      Comparator<Object> order, Object min, Object max, boolean someNull, boolean someSet) {
    this.order = order;
    this.min = min;
    this.max = max;
    this.someNull = someNull;
    this.someSet = someSet;
  }

  /**
   * The range of a column of the table.
   *
   * @param file one of {@code segment}
   * @param metadata the place of the column among the metadata; −1 for the id
   */
  public static ColumnRange of(
      Snapshot snapshot, SegmentInfo segment, RowsFile file, int metadata) {
    if (metadata < 0) {
      return of(file, ColumnStats.ID, snapshot.schema().id().type());
    }
    int number = snapshot.schema().columns().get(metadata);
    if (!snapshot.schema(segment).columns().contains(number)) {
      return new ColumnRange(null, null, null, true, false);
    }
    return of(file, number, snapshot.schema().metadata().get(metadata).type());
  }

  /** The range of the id in a file. */
  static ColumnRange ofIds(RowsFile file, TableSchema schema) {
    return of(file, ColumnStats.ID, schema.id().type());
  }

  private static ColumnRange of(RowsFile file, int number, ColumnType type) {
    Comparator<Object> order = ColumnOrder.of(type);
    for (ColumnStats stats : file.stats()) {
      if (order != null && stats.column() == number) {
        return new ColumnRange(
            order,
            stats.min() == null ? null : ColumnOrder.parse(type, stats.min()),
            stats.max() == null ? null : ColumnOrder.parse(type, stats.max()),
            stats.nulls() > 0,
            stats.nulls() < file.rows());
      }
    }
    return new ColumnRange(null, null, null, true, true);
  }

  /** Whether a value may be null. */
  public boolean mayBeNull() {
    return someNull;
  }

  /** Whether a value may be other than null. */
  public boolean mayBeSet() {
    return someSet;
  }

  /** Whether one may be {@code value}. */
  public boolean mayBe(Object value) {
    return mayBeAtLeast(value) && mayBeAtMost(value);
  }

  /** Whether one may be less. */
  public boolean mayBeLess(Object value) {
    return someSet && (min == null || order.compare(min, value) < 0);
  }

  /** Whether one may be less or the same. */
  public boolean mayBeAtMost(Object value) {
    return someSet && (min == null || order.compare(min, value) <= 0);
  }

  /** Whether one may be greater. */
  public boolean mayBeGreater(Object value) {
    return someSet && (max == null || order.compare(max, value) > 0);
  }

  /** Whether one may be greater or the same. */
  public boolean mayBeAtLeast(Object value) {
    return someSet && (max == null || order.compare(max, value) >= 0);
  }
}
