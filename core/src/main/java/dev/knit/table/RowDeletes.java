package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Rows of a table that are to be deleted, which follow their rows when segments are compacted. For
 * one thread.
 */
final class RowDeletes {
  private final FileIO io;
  private final String table;
  private Map<UUID, RoaringBitmap> rows = new HashMap<>();

  RowDeletes(FileIO io, String table) {
    this.io = io;
    this.table = table;
  }

  void add(UUID segment, RoaringBitmap deleted) {
    rows.computeIfAbsent(segment, uuid -> new RoaringBitmap()).or(deleted);
  }

  /** How many of these rows a version has, not deleted. */
  long live(Snapshot snapshot) throws IOException {
    long live = 0;
    for (SegmentInfo segment : snapshot.segments()) {
      live += liveRows(segment).getCardinality();
    }
    return live;
  }

  /** Those of a segment that are not deleted. */
  RoaringBitmap liveRows(SegmentInfo segment) throws IOException {
    RoaringBitmap own = rows.get(segment.uuid());
    return own == null ? new RoaringBitmap() : RoaringBitmap.andNot(own, deleted(segment));
  }

  /** The rows of a segment, in order. */
  int[] rows(UUID segment) {
    return rows.getOrDefault(segment, new RoaringBitmap()).toArray();
  }

  /**
   * Follows the rows from one version to the next.
   *
   * @throws CommitConflictException when a segment is gone and what became of its rows is not known
   */
  void rebase(Snapshot before, Snapshot theirs) throws IOException {
    Map<UUID, RoaringBitmap> moved = new HashMap<>();
    for (Map.Entry<UUID, RoaringBitmap> entry : rows.entrySet()) {
      if (theirs.segment(entry.getKey()) != null) {
        moved.computeIfAbsent(entry.getKey(), uuid -> new RoaringBitmap()).or(entry.getValue());
      } else if (!move(entry.getKey(), entry.getValue(), theirs, moved)) {
        requireDeleted(entry.getKey(), entry.getValue(), before, theirs);
      }
    }
    rows = moved;
  }

  private boolean move(
      UUID segment, RoaringBitmap deleted, Snapshot theirs, Map<UUID, RoaringBitmap> moved)
      throws IOException {
    for (SegmentInfo compacted : theirs.segments()) {
      int base = 0;
      for (SegmentOrigin origin : compacted.origins()) {
        if (origin.uuid().equals(segment)) {
          RoaringBitmap gone = DeletionVector.read(io, table, origin.deletes(), origin.rows());
          moved
              .computeIfAbsent(compacted.uuid(), uuid -> new RoaringBitmap())
              .or(translate(deleted, gone, base));
          return true;
        }
        base += origin.liveRows();
      }
    }
    return false;
  }

  /** Rows of a segment as rows of that into which all but {@code gone} went, from {@code base}. */
  static RoaringBitmap translate(RoaringBitmap rows, RoaringBitmap gone, int base) {
    RoaringBitmap translated = new RoaringBitmap();
    RoaringBitmap.andNot(rows, gone)
        .forEach((int row) -> translated.add(base + row - gone.rank(row)));
    return translated;
  }

  /** A segment whose rows were all deleted may go without leaving a trace. */
  private void requireDeleted(UUID segment, RoaringBitmap deleted, Snapshot before, Snapshot theirs)
      throws IOException {
    SegmentInfo info = before.segment(segment);
    if (info == null || info.liveRows() > 0 && !deleted(info).contains(deleted)) {
      throw new CommitConflictException(
          table, theirs.version(), "has no segment %s any more".formatted(segment));
    }
  }

  /** The segments with these rows deleted too; writes a file for each that changes. */
  List<SegmentInfo> apply(List<SegmentInfo> segments) throws IOException {
    List<SegmentInfo> applied = new ArrayList<>();
    for (SegmentInfo segment : segments) {
      RoaringBitmap more = rows.get(segment.uuid());
      RoaringBitmap deleted = more == null ? null : deleted(segment);
      if (more == null || deleted.contains(more)) {
        applied.add(segment);
        continue;
      }
      deleted.or(more);
      applied.add(segment.with(DeletionVector.write(io, table, segment.uuid(), deleted)));
    }
    return applied;
  }

  private RoaringBitmap deleted(SegmentInfo segment) throws IOException {
    return DeletionVector.read(io, table, segment.deletes(), segment.rows());
  }
}
