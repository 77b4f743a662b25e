package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Adds segments and deletes rows, either of which may be nothing. Stands beside other appends,
 * deletes, compactions and changes of columns, not beside a replacement of the whole content.
 */
final class RowsChange implements Change {
  private final String table;
  private final String kind;
  private final RowDeletes deletes;
  private final NewIds newIds;

  /** How many rows are deleted at the time of commit; −1 for however many. */
  private final long expected;

  private List<SegmentInfo> added;

  /** Finds the rows of segments that a change replaces. */
  interface NewIds {
    /** Adds the rows of a segment that have ids of the new rows. */
    void replaced(Snapshot snapshot, SegmentInfo segment, RowDeletes deletes) throws IOException;
  }

  private RowsChange(
      String table,
      String kind,
      List<SegmentInfo> added,
      RowDeletes deletes,
      NewIds newIds,
      long expected) {
    this.expected = expected;
    this.table = table;
    this.kind = kind;
    this.added = added;
    this.deletes = deletes;
    this.newIds = newIds;
  }

  /** Rows whose ids are new. */
  static RowsChange append(FileIO io, String table, List<SegmentInfo> added) {
    RowDeletes none = new RowDeletes(io, table);
    return new RowsChange(
        table, Operation.APPEND, added, none, (snapshot, segment, rows) -> {}, -1);
  }

  /** Rows that are to go. */
  static RowsChange delete(String table, RowDeletes deletes) {
    return new RowsChange(
        table, Operation.DELETE, List.of(), deletes, (snapshot, segment, rows) -> {}, -1);
  }

  /** Rows that take the place of those with their ids, also of those committed meanwhile. */
  static RowsChange upsert(
      String table, List<SegmentInfo> added, RowDeletes deletes, NewIds newIds) {
    return new RowsChange(table, Operation.UPSERT, added, deletes, newIds, -1);
  }

  /** What a statement read, and wrote: refused where others have changed the same meanwhile. */
  static RowsChange edit(
      String table, String kind, List<SegmentInfo> added, RowDeletes deletes, EditedIds ids) {
    return new RowsChange(table, kind, added, deletes, ids, added.isEmpty() ? -1 : ids.deleted());
  }

  @Override
  public void rebase(Snapshot before, Snapshot theirs) throws IOException {
    Conflicts.requireSameContent(table, before, theirs);
    added = added.stream().map(s -> Conflicts.rebased(s, before, theirs)).toList();
    deletes.rebase(before, theirs);
    Set<Object> known =
        before.segments().stream().map(SegmentInfo::uuid).collect(Collectors.toSet());
    for (SegmentInfo segment : theirs.segments()) {
      if (!known.contains(segment.uuid()) && segment.origins().isEmpty()) {
        newIds.replaced(theirs, segment, deletes);
      }
    }
  }

  @Override
  public Snapshot next(Snapshot newest) throws IOException {
    List<SegmentInfo> segments = new ArrayList<>(deletes.apply(newest.segments()));
    requireExpected(newest, segments);
    if (added.isEmpty() && segments.equals(newest.segments())) {
      return newest;
    }
    segments.addAll(added);
    return newest.next(segments, operation(newest, segments));
  }

  private void requireExpected(Snapshot newest, List<SegmentInfo> segments)
      throws CommitConflictException {
    long live = segments.stream().mapToLong(SegmentInfo::liveRows).sum();
    if (expected >= 0 && newest.rows() - live != expected) {
      throw new CommitConflictException(
          table, newest.version(), "no longer has some of the rows to be changed");
    }
  }

  private Operation operation(Snapshot newest, List<SegmentInfo> segments) {
    long rows = added.stream().mapToLong(SegmentInfo::rows).sum();
    long live = segments.stream().mapToLong(SegmentInfo::liveRows).sum();
    long deleted = newest.rows() + rows - live;
    return new Operation(kind, Map.of("added", "" + rows, "deleted", "" + deleted));
  }
}
