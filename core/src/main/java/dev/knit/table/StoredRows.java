package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.roaringbitmap.RoaringBitmap;

/**
 * The live rows of one rows file as a version has them: without those deleted, with the columns
 * that the table has now. Errors as {@link RowsIterator}. For one thread.
 */
public final class StoredRows implements Iterator<RowsIterator.Row>, Closeable {
  private final RowsIterator rows;
  private final RoaringBitmap deleted;
  private final int[] places;
  private final int first;
  private RowsIterator.Row next;

  /**
   * Opens a file.
   *
   * @param file its place among the rows files of {@code segment}
   */
  public StoredRows(FileIO io, String table, Snapshot snapshot, SegmentInfo segment, int file)
      throws IOException {
    this(io, table, snapshot, segment, file, RowColumns.all(snapshot.schema()));
  }

  /** Opens a file for some of its columns. */
  public StoredRows(
      FileIO io, String table, Snapshot snapshot, SegmentInfo segment, int file, RowColumns columns)
      throws IOException {
    this.deleted = DeletionVector.read(io, table, segment.deletes(), segment.rows());
    this.places = snapshot.schema().placesIn(snapshot.schema(segment));
    this.first = segment.rowsFiles().stream().limit(file).mapToInt(RowsFile::rows).sum();
    RowsFile rowsFile = segment.rowsFiles().get(file);
    this.rows = new RowsIterator(io, table, rowsFile, snapshot.schema(segment), columns.in(places));
  }

  @Override
  public boolean hasNext() {
    while (next == null && rows.hasNext()) {
      RowsIterator.Row row = rows.next();
      if (!deleted.contains(first + row.number())) {
        next = row;
      }
    }
    return next != null;
  }

  /** The next row, with its number in the segment. */
  @Override
  public RowsIterator.Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RowsIterator.Row row = next;
    next = null;
    Object[] metadata = new Object[places.length];
    for (int i = 0; i < places.length; i++) {
      metadata[i] = places[i] < 0 ? null : row.metadata()[places[i]];
    }
    return new RowsIterator.Row(first + row.number(), row.id(), row.vector(), metadata);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
