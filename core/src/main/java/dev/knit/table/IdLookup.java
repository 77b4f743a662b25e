package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds rows by their ids: in files whose statistics do not exclude them, by their ids files; where
 * an older Knit wrote none, by reading all ids.
 */
final class IdLookup {
  private final FileIO io;
  private final String table;
  private final Set<Object> ids;

  /** The same in the order of {@link RowIds#compare}. */
  private final Object[] sorted;

  private IdLookup(FileIO io, String table, Set<Object> ids) {
    this.io = io;
    this.table = table;
    this.ids = ids;
    this.sorted = ids.toArray();
    Arrays.sort(sorted, RowIds::compare);
  }

  /**
   * A lookup of some ids.
   *
   * @throws IllegalArgumentException when one is not of the id's type
   */
  static IdLookup of(FileIO io, String table, TableSchema schema, Collection<?> ids) {
    Set<Object> own = new HashSet<>(2 * ids.size());
    ids.forEach(id -> own.add(RowIds.of(schema.id(), id)));
    return new IdLookup(io, table, own);
  }

  /**
   * The ids of all rows in some segments.
   *
   * @throws IllegalArgumentException when one stands in two rows
   */
  static IdLookup of(FileIO io, String table, Snapshot snapshot, Collection<SegmentInfo> segments)
      throws IOException {
    Set<Object> ids = new HashSet<>();
    for (SegmentInfo segment : segments) {
      for (RowsFile file : segment.rowsFiles()) {
        for (Object id : RowsReader.ids(io, table, file, snapshot.schema(segment))) {
          if (!ids.add(id)) {
            throw new IllegalArgumentException("Id %s stands in more than one row.".formatted(id));
          }
        }
      }
    }
    return new IdLookup(io, table, ids);
  }

  /** Adds the rows of all segments. */
  void addRows(Snapshot snapshot, RowDeletes rows) throws IOException {
    for (SegmentInfo segment : snapshot.segments()) {
      addRows(snapshot, segment, rows);
    }
  }

  /** Adds the rows of a segment that have one of the ids. */
  void addRows(Snapshot snapshot, SegmentInfo segment, RowDeletes rows) throws IOException {
    RoaringBitmap found = new RoaringBitmap();
    int first = 0;
    for (RowsFile file : segment.rowsFiles()) {
      Object[] wanted = mayBeIn(file, snapshot.schema(segment));
      if (wanted.length > 0) {
        addRows(file, snapshot.schema(segment), wanted, first, found);
      }
      first += file.rows();
    }
    if (!found.isEmpty()) {
      rows.add(segment.uuid(), found);
    }
  }

  private Object[] mayBeIn(RowsFile file, TableSchema schema) {
    ColumnRange range = ColumnRange.ofIds(file, schema);
    return Arrays.stream(sorted).filter(range::mayBe).toArray();
  }

  private void addRows(
      RowsFile file, TableSchema schema, Object[] wanted, int first, RoaringBitmap found)
      throws IOException {
    IdsReader.Consumer consumer =
        (id, row) -> {
          if (ids.contains(id)) {
            found.add(first + row);
          }
        };
    if (file.ids() != null) {
      new IdsReader(io, table, file.ids(), schema.id(), file.rows()).near(wanted, consumer);
      return;
    }
    Object[] all = RowsReader.ids(io, table, file, schema);
    for (int row = 0; row < all.length; row++) {
      consumer.accept(all[row], row);
    }
  }
}
