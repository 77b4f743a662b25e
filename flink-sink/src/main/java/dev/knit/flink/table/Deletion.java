package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.RowsIterator;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.StoredRows;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Deletes the rows that meet a condition, in one version, by the client: only the columns that the
 * condition is about are read, of files that may have such rows.
 */
record Deletion(TableAccess table, RowShape shape) {

  /** How many rows were deleted; rows that others add meanwhile stay. */
  long run() throws IOException {
    Snapshot base = table.table().snapshot();
    BoundColumns columns = new BoundColumns(table.path(), shape.projected(List.of()), base);
    long[][] words = new long[base.segments().size()][];
    long count = 0;
    try (HeldVersion held = HeldVersion.of(table, base.version())) {
      for (int i = 0; i < words.length; i++) {
        BitSet rows = matching(base, base.segments().get(i), columns);
        count += rows.cardinality();
        words[i] = rows.toLongArray();
      }
      if (count > 0) {
        table.writer().delete(base, words, null);
      }
    }
    return count;
  }

  private BitSet matching(Snapshot base, SegmentInfo segment, BoundColumns columns)
      throws IOException {
    BitSet matching = new BitSet(segment.rows());
    for (int file = 0; file < segment.rowsFiles().size(); file++) {
      if (columns.mayMatch(segment, segment.rowsFiles().get(file))) {
        try (StoredRows rows =
            new StoredRows(table.io(), table.path(), base, segment, file, columns.read())) {
          while (rows.hasNext()) {
            RowsIterator.Row row = rows.next();
            matching.set(row.number(), columns.matches(row));
          }
        }
      }
    }
    return matching;
  }
}
