package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of a file one after another, with one batch in memory. A file that is not what was
 * written ends in a {@link CorruptIndexException} inside an {@link UncheckedIOException}, but rows
 * with wrong values may come before it is found out. For one thread.
 */
public final class RowsIterator implements Iterator<RowsIterator.Row>, Closeable {
  private final TableSchema schema;
  private final boolean vectors;

  /** Where a column, of which 0 is the id, stands among those that are read; −1 for nowhere. */
  private final int[] positions;

  private final BufferAllocator allocator;
  private final RowsScan scan;
  private VectorSchemaRoot columns;
  private int at;
  private int row;
  private boolean ended;
  private boolean closed;

  /** A row with its number in the file; nothing in it is reused. */
  public record Row(int number, Object id, float[] vector, Object[] metadata) {}

  /** Opens a file of the table in the directory {@code base}. */
  public RowsIterator(FileIO io, String base, RowsFile file, TableSchema schema)
      throws IOException {
    this(io, base, file, schema, RowsScan.Columns.ALL);
  }

  /** The same with some columns; the others, and the vector, are null when they are not read. */
  RowsIterator(FileIO io, String base, RowsFile file, TableSchema schema, RowsScan.Columns read)
      throws IOException {
    this.schema = schema;
    this.vectors = read.readsVectors();
    this.positions = positions(schema, read);
    this.allocator = ArrowMemory.child(file.path());
    try {
      this.scan = new RowsScan(io, base, file, schema, read, allocator);
    } catch (IOException | RuntimeException e) {
      allocator.close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (!ended && (columns == null || at == scan.rows())) {
        release();
        at = 0;
        if (scan.next()) {
          columns = scan.takeColumns();
        } else {
          ended = true;
        }
      }
      return !ended;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Row next = row();
      row++;
      at++;
      return next;
    } catch (RuntimeException e) {
      throw corrupt(e);
    }
  }

  private Row row() {
    Object[] metadata = new Object[schema.metadata().size()];
    for (int i = 0; i < metadata.length; i++) {
      metadata[i] = value(i + 1, schema.metadata().get(i));
    }
    return new Row(row, value(0, schema.id()), vectors ? vector() : null, metadata);
  }

  private float[] vector() {
    int dimension = schema.dimension();
    return Arrays.copyOfRange(scan.vectors(), at * dimension, (at + 1) * dimension);
  }

  private static int[] positions(TableSchema schema, RowsScan.Columns read) {
    int[] positions = new int[schema.metadata().size() + 1];
    int next = 0;
    for (int column = 0; column < positions.length; column++) {
      positions[column] = read.others().test(column) ? next++ : -1;
    }
    return positions;
  }

  private UncheckedIOException corrupt(RuntimeException e) {
    try {
      return new UncheckedIOException(scan.corrupt(e));
    } catch (IOException damage) {
      return new UncheckedIOException(damage.getMessage(), damage);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    ended = true;
    release();
    try (allocator) {
      scan.close();
    }
  }

  private Object value(int column, Column type) {
    int position = positions[column];
    return position < 0 ? null : ArrowReads.get(columns.getVector(position), type.type(), at);
  }

  private void release() {
    if (columns != null) {
      columns.close();
      columns = null;
    }
  }
}
