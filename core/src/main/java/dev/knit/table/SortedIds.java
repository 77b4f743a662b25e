package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The ids of all rows in some segments, in order and each once; of these a few at a time are in
 * memory, from each file a block. For one thread.
 */
final class SortedIds {
  /** Of each file, the next id first; files without ids in them are not there. */
  private final PriorityQueue<Ids> files =
      new PriorityQueue<>(Comparator.comparing(Ids::id, RowIds::compare));

  private Object last;

  /** Ids in order, at the first to begin with. */
  interface Ids {
    Object id();

    /** Goes on; false at the end. */
    boolean next() throws IOException;
  }

  /** Ids at their beginning. */
  SortedIds(FileIO io, String table, Snapshot snapshot, Collection<SegmentInfo> segments)
      throws IOException {
    for (SegmentInfo segment : segments) {
      for (RowsFile file : segment.rowsFiles()) {
        if (file.rows() > 0) {
          files.add(ids(io, table, file, snapshot.schema(segment)));
        }
      }
    }
  }

  private static Ids ids(FileIO io, String table, RowsFile file, TableSchema schema)
      throws IOException {
    return file.ids() == null
        ? new Held(RowsReader.ids(io, table, file, schema))
        : new IdsReader(io, table, file.ids(), schema.id(), file.rows()).inOrder();
  }

  /**
   * The next ids.
   *
   * @return as many as asked for until the end is reached, then fewer
   * @throws IllegalArgumentException when one stands in two rows
   */
  Object[] next(int most) throws IOException {
    Object[] ids = new Object[most];
    int count = 0;
    for (; count < most && !files.isEmpty(); count++) {
      Ids file = files.poll();
      ids[count] = file.id();
      if (last != null && RowIds.compare(last, file.id()) == 0) {
        throw new IllegalArgumentException("Id %s stands in more than one row.".formatted(last));
      }
      last = file.id();
      if (file.next()) {
        files.add(file);
      }
    }
    return count == most ? ids : Arrays.copyOf(ids, count);
  }

  /** Those of a file that an older Knit wrote. */
  private static final class Held implements Ids {
    private final Object[] ids;
    private int at;

    Held(Object[] ids) {
      this.ids = ids;
      Arrays.sort(ids, RowIds::compare);
    }

    @Override
    public Object id() {
      return ids[at];
    }

    @Override
    public boolean next() {
      return ++at < ids.length;
    }
  }
}
