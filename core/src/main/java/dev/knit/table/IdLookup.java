package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds rows by their ids: in files whose statistics do not exclude them, by their ids files; where
 * an older Knit wrote none, by reading all ids. Ids of segments are looked for some at a time, in
 * order, so that those of many rows need not fit into memory. For one thread.
 */
final class IdLookup {
  /** So many ids are looked for at a time. */
  private static final int TOGETHER = 1 << 18;

  private final FileIO io;
  private final String table;
  private final Source source;

  /** What is looked for. */
  private interface Source {
    Some open() throws IOException;
  }

  /** The next ids, in the order of {@link RowIds#compare}; none at the end. */
  private interface Some {
    Object[] next() throws IOException;
  }

  private IdLookup(FileIO io, String table, Source source) {
    this.io = io;
    this.table = table;
    this.source = source;
  }

  /**
   * A lookup of some ids.
   *
   * @throws IllegalArgumentException when one is not of the id's type
   */
  static IdLookup of(FileIO io, String table, TableSchema schema, Collection<?> ids) {
    Set<Object> own = new HashSet<>(2 * ids.size());
    ids.forEach(id -> own.add(RowIds.of(schema.id(), id)));
    Object[] sorted = own.toArray();
    Arrays.sort(sorted, RowIds::compare);
    return new IdLookup(io, table, () -> once(sorted));
  }

  /** The ids of all rows in some segments. */
  static IdLookup of(FileIO io, String table, Snapshot snapshot, Collection<SegmentInfo> segments)
      throws IOException {
    return of(io, table, snapshot, segments, TOGETHER);
  }

  /**
   * The same, so many at a time.
   *
   * @throws IllegalArgumentException when one stands in two rows, now or when rows are looked for
   */
  static IdLookup of(
      FileIO io, String table, Snapshot snapshot, Collection<SegmentInfo> segments, int most)
      throws IOException {
    Object[] first = new SortedIds(io, table, snapshot, segments).next(most);
    if (first.length < most) {
      return new IdLookup(io, table, () -> once(first));
    }
    return new IdLookup(
        io,
        table,
        () -> {
          SortedIds ids = new SortedIds(io, table, snapshot, segments);
          return () -> ids.next(most);
        });
  }

  private static Some once(Object[] ids) {
    boolean[] given = {false};
    return () -> {
      Object[] next = given[0] ? new Object[0] : ids;
      given[0] = true;
      return next;
    };
  }

  /** Adds the rows of all segments that have one of the ids. */
  void addRows(Snapshot snapshot, RowDeletes rows) throws IOException {
    addRows(snapshot, snapshot.segments(), rows);
  }

  /** Adds the rows of a segment that have one of the ids. */
  void addRows(Snapshot snapshot, SegmentInfo segment, RowDeletes rows) throws IOException {
    addRows(snapshot, List.of(segment), rows);
  }

  private void addRows(Snapshot snapshot, List<SegmentInfo> segments, RowDeletes rows)
      throws IOException {
    List<File> files = files(snapshot, segments);
    Some some = source.open();
    for (Object[] ids = some.next(); ids.length > 0; ids = some.next()) {
      for (File file : files) {
        file.find(ids);
      }
    }
    for (File file : files) {
      if (!file.found.isEmpty()) {
        rows.add(file.segment, file.found);
      }
    }
  }

  private List<File> files(Snapshot snapshot, List<SegmentInfo> segments) {
    List<File> files = new ArrayList<>();
    for (SegmentInfo segment : segments) {
      int first = 0;
      for (RowsFile rows : segment.rowsFiles()) {
        files.add(new File(segment.uuid(), rows, snapshot.schema(segment), first));
        first += rows.rows();
      }
    }
    return files;
  }

  /** A file, and what of it was found; its directory is read once. */
  private final class File {
    private final UUID segment;
    private final RowsFile rows;
    private final TableSchema schema;
    private final int first;
    private final ColumnRange range;
    private final RoaringBitmap found = new RoaringBitmap();
    private IdsReader reader;

    File(UUID segment, RowsFile rows, TableSchema schema, int first) {
      this.segment = segment;
      this.rows = rows;
      this.schema = schema;
      this.first = first;
      this.range = ColumnRange.ofIds(rows, schema);
    }

    void find(Object[] ids) throws IOException {
      Object[] wanted = Arrays.stream(ids).filter(range::mayBe).toArray();
      if (wanted.length == 0) {
        return;
      }
      IdsReader.Consumer consumer =
          (id, row) -> {
            if (Arrays.binarySearch(wanted, id, RowIds::compare) >= 0) {
              found.add(first + row);
            }
          };
      if (rows.ids() == null) {
        Object[] all = RowsReader.ids(io, table, rows, schema);
        for (int row = 0; row < all.length; row++) {
          consumer.accept(all[row], row);
        }
        return;
      }
      if (reader == null) {
        reader = new IdsReader(io, table, rows.ids(), schema.id(), rows.rows());
      }
      reader.near(wanted, consumer);
    }
  }
}
