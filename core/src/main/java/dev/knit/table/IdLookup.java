package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/** Finds rows by their ids. Reads the ids of every segment. */
final class IdLookup {
  private final FileIO io;
  private final String table;
  private final Set<Object> ids;

  /**
   * A lookup of some ids.
   *
   * @throws IllegalArgumentException when one is not of the id's type
   */
  IdLookup(FileIO io, String table, TableSchema schema, Collection<?> ids) {
    this.io = io;
    this.table = table;
    this.ids = new HashSet<>(2 * ids.size());
    ids.forEach(id -> this.ids.add(RowIds.of(schema.id(), id)));
  }

  /** The ids of all rows in some segments. */
  static IdLookup of(FileIO io, String table, Snapshot snapshot, Collection<SegmentInfo> segments)
      throws IOException {
    IdLookup lookup = new IdLookup(io, table, snapshot.schema(), Set.of());
    for (SegmentInfo segment : segments) {
      for (RowsFile file : segment.rowsFiles()) {
        for (Object id : RowsReader.ids(io, table, file, snapshot.schema(segment))) {
          lookup.addNew(id);
        }
      }
    }
    return lookup;
  }

  private void addNew(Object id) {
    if (!ids.add(id)) {
      throw new IllegalArgumentException("Id %s stands in more than one row.".formatted(id));
    }
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
      Object[] inFile = RowsReader.ids(io, table, file, snapshot.schema(segment));
      for (int row = 0; row < inFile.length; row++) {
        if (ids.contains(inFile[row])) {
          found.add(first + row);
        }
      }
      first += inFile.length;
    }
    if (!found.isEmpty()) {
      rows.add(segment.uuid(), found);
    }
  }
}
