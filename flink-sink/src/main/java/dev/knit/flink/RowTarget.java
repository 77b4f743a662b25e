package dev.knit.flink;

import dev.knit.table.Column;
import dev.knit.table.GrowingSegment;
import dev.knit.table.RowCheck;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts changes into segments of one version of a table, with the metadata columns that the sink
 * writes in their places and null in the others.
 *
 * @param places of each value that the mapper gives among the table's metadata columns
 */
record RowTarget(TableAccess table, Snapshot base, int[] places) {
  /**
   * How a target is opened where a task runs.
   *
   * @param spec of the table that is made when there is none; null to make none
   * @param columns names of metadata columns; null for all
   */
  record Source(TableAccess table, TableSpec spec, ArrayList<String> columns)
      implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * For the newest version.
     *
     * @throws IllegalArgumentException when the table has no such column
     */
    RowTarget open() throws IOException {
      Snapshot base =
          spec == null
              ? table.table().snapshot()
              : table.createIfAbsent(spec.schema(), spec.params());
      List<String> all = base.schema().metadata().stream().map(Column::name).toList();
      List<String> written = columns == null ? all : columns;
      for (String column : written) {
        if (!all.contains(column)) {
          throw new IllegalArgumentException(
              "'%s' has no metadata column '%s'; there are %s."
                  .formatted(table.path(), column, all));
        }
      }
      return new RowTarget(table, base, written.stream().mapToInt(all::indexOf).toArray());
    }
  }

  /** What a record does, as its mapper tells. */
  static <T> RowChange change(RecordMapper<T> mapper, T record) {
    RowChange change = mapper.map(record);
    if (change == null) {
      throw new IllegalArgumentException("The mapper tells no change for %s.".formatted(record));
    }
    return change;
  }

  GrowingSegment begin() {
    return new GrowingSegment(table.io(), table.path(), base, 1);
  }

  /**
   * Puts a change into a segment.
   *
   * @throws IllegalArgumentException when it does not fit the table
   */
  void put(RowChange change, GrowingSegment segment) throws IOException {
    if (change instanceof RowChange.Upsert row) {
      segment.upsert(row.id(), row.vector(), metadata(row));
    } else {
      segment.delete(change.id());
    }
  }

  /**
   * Checks a change.
   *
   * @throws IllegalArgumentException when it does not fit the table
   */
  void check(RowChange change) {
    if (change instanceof RowChange.Upsert row) {
      RowCheck.row(base, row.id(), row.vector(), metadata(row));
    } else {
      RowCheck.id(base, change.id());
    }
  }

  private Object[] metadata(RowChange.Upsert row) {
    if (row.metadata().length != places.length) {
      throw new IllegalArgumentException(
          "Row %s has %d metadata values, but the sink writes %d columns."
              .formatted(row.id(), row.metadata().length, places.length));
    }
    Object[] all = new Object[base.schema().metadata().size()];
    for (int i = 0; i < places.length; i++) {
      all[places[i]] = row.metadata()[i];
    }
    return all;
  }
}
