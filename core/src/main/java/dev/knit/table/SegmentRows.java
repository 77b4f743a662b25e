package dev.knit.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Ids and metadata of a segment's rows in Arrow memory, in the batches of its files. Written by one
 * thread, then read by many.
 */
final class SegmentRows implements AutoCloseable {
  private final List<Column> columns = new ArrayList<>();
  private final BufferAllocator allocator;
  private final List<VectorSchemaRoot> batches = new ArrayList<>();
  private int[] starts = new int[16];
  private int rows;
  private boolean closed;

  SegmentRows(TableSchema schema, String name) {
    columns.add(schema.id());
    columns.addAll(schema.metadata());
    allocator = ArrowMemory.child(name);
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /** Takes a batch over. */
  void add(VectorSchemaRoot batch) {
    if (batches.size() == starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    starts[batches.size()] = rows;
    batches.add(batch);
    rows = Math.addExact(rows, batch.getRowCount());
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns.size();
  }

  /** The value of a column, of which 0 is the id. */
  Object value(int row, int column) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("There is no row %d of %d.".formatted(row, rows));
    }
    int found = Arrays.binarySearch(starts, 0, batches.size(), row);
    int batch = found >= 0 ? found : -found - 2;
    FieldVector vector = batches.get(batch).getVector(column);
    return ArrowReads.get(vector, columns.get(column).type(), row - starts[batch]);
  }

  long bytes() {
    return allocator.getAllocatedMemory();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    batches.forEach(VectorSchemaRoot::close);
    batches.clear();
    rows = 0;
    allocator.close();
  }
}
