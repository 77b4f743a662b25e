package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * The ids of the rows that a statement adds, which must be those of no other row: neither of the
 * version that it read nor of any that others commit before it.
 *
 * @param deleted how many rows of that version it deletes
 */
record EditedIds(FileIO io, String table, IdLookup ids, long deleted) implements RowsChange.NewIds {

  /**
   * Those of segments.
   *
   * @param base the version that the statement read
   * @param deletes rows that it deletes
   * @throws IllegalArgumentException when an id stands in two of the new rows, or in a row that
   *     stays
   */
  static EditedIds of(
      FileIO io, String table, Snapshot base, List<SegmentInfo> added, RowDeletes deletes)
      throws IOException {
    IdLookup ids = IdLookup.of(io, table, base, added);
    RowDeletes present = new RowDeletes(io, table);
    ids.addRows(base, present);
    for (SegmentInfo segment : base.segments()) {
      RoaringBitmap stays =
          RoaringBitmap.andNot(present.liveRows(segment), deletes.liveRows(segment));
      if (!stays.isEmpty()) {
        throw new IllegalArgumentException(
            "Id %s is in '%s' already; upsert the row to replace it."
                .formatted(id(io, table, base, segment, stays.first()), table));
      }
    }
    return new EditedIds(io, table, ids, deletes.live(base));
  }

  @Override
  public void replaced(Snapshot theirs, SegmentInfo segment, RowDeletes deletes)
      throws IOException {
    RowDeletes same = new RowDeletes(io, table);
    ids.addRows(theirs, segment, same);
    RoaringBitmap rows = same.liveRows(segment);
    if (!rows.isEmpty()) {
      throw new CommitConflictException(
          table,
          theirs.version(),
          "added a row with id %s too".formatted(id(io, table, theirs, segment, rows.first())));
    }
  }

  private static Object id(FileIO io, String table, Snapshot snapshot, SegmentInfo segment, int row)
      throws IOException {
    int inFile = row;
    for (RowsFile file : segment.rowsFiles()) {
      if (inFile < file.rows()) {
        return RowsReader.ids(io, table, file, snapshot.schema(segment))[inFile];
      }
      inFile -= file.rows();
    }
    throw new IllegalStateException("Segment %s has no row %d.".formatted(segment.uuid(), row));
  }
}
