package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/**
 * Makes one change to a table of changes that were sealed one after another: of each id the last
 * counts.
 */
final class SealedChange {
  private final FileIO io;
  private final String table;
  private final Snapshot newest;
  private final Set<Object> ids = new HashSet<>();
  private final List<SegmentInfo> segments = new ArrayList<>();

  /** A change to {@code newest}. */
  SealedChange(FileIO io, String table, Snapshot newest) {
    this.io = io;
    this.table = table;
    this.newest = newest;
  }

  /** Whether the table has some of these rows: then it was given all. */
  static boolean isIn(Snapshot snapshot, List<SealedRows> parts) {
    return parts.stream()
        .anyMatch(part -> part.segment() != null && snapshot.segment(part.uuid()) != null);
  }

  /**
   * The change.
   *
   * @param parts in the order in which they were sealed
   */
  RowsChange of(List<SealedRows> parts) throws IOException {
    segments(parts);
    IdLookup lookup = IdLookup.of(io, table, newest.schema(), ids);
    RowDeletes replaced = new RowDeletes(io, table);
    lookup.addRows(newest, replaced);
    return RowsChange.upsert(table, segments, replaced, lookup::addRows);
  }

  /** The segments, with the rows deleted that later ones have. */
  List<SegmentInfo> segments(List<SealedRows> parts) throws IOException {
    List<SealedRows> latestFirst = new ArrayList<>(parts);
    Collections.reverse(latestFirst);
    for (SealedRows part : latestFirst) {
      requireFits(part);
      if (part.segment() != null) {
        add(part);
      }
      ids.addAll(part.deleted());
    }
    Collections.reverse(segments);
    return segments;
  }

  private void add(SealedRows part) throws IOException {
    SegmentInfo segment = part.segment();
    for (StoredFile file : segment.files()) {
      requireWhole(file);
    }
    RowDeletes hidden = new RowDeletes(io, table);
    hidden.add(segment.uuid(), laterChanged(part));
    SegmentInfo own = hidden.apply(List.of(segment)).get(0);
    if (own.liveRows() > 0) {
      boolean same = part.base().schema().equals(newest.schema());
      segments.add(same ? own : own.writtenAs(part.base().schema()));
    }
  }

  /** Rows whose ids later parts have; its other ids become known. */
  private RoaringBitmap laterChanged(SealedRows part) throws IOException {
    SegmentInfo segment = part.segment();
    RoaringBitmap dead = DeletionVector.read(io, table, segment.deletes(), segment.rows());
    RoaringBitmap hidden = new RoaringBitmap();
    int row = 0;
    for (RowsFile file : segment.rowsFiles()) {
      for (Object id : RowsReader.ids(io, table, file, part.base().schema())) {
        if (!dead.contains(row) && !ids.add(id)) {
          hidden.add(row);
        }
        row++;
      }
    }
    return hidden;
  }

  private void requireFits(SealedRows part) throws CommitConflictException {
    Snapshot base = part.base();
    if (!base.tableUuid().equals(newest.tableUuid())) {
      throw new CommitConflictException(
          table, newest.version(), "is of another table, which was made in the place of the old");
    }
    boolean replaced = Conflicts.replaced(base, newest);
    if (replaced && !(base.schema().equals(newest.schema()) && fits(base.params()))) {
      throw new CommitConflictException(
          table, newest.version(), "has other columns or parameters than these rows");
    }
  }

  /** The graphs of a table may differ in seed and width of beam. */
  private boolean fits(IndexParams params) {
    IndexParams own = newest.params();
    return params.metric() == own.metric()
        && params.m() == own.m()
        && params.maxNorm() == own.maxNorm()
        && params.quantization() == own.quantization();
  }

  private void requireWhole(StoredFile file) throws IOException {
    String path = TableLayout.resolve(table, file.path());
    try {
      long bytes = io.length(path);
      if (bytes != file.bytes()) {
        throw new CorruptIndexException(
            path, "it has %d bytes, but %d were written".formatted(bytes, file.bytes()));
      }
    } catch (FileNotFoundException e) {
      throw new CorruptIndexException(
          path,
          "it is missing, though its rows were never committed; was it removed as garbage before the state that names it was restored?",
          e);
    }
  }
}
