package dev.knit.table;

import dev.knit.io.FileIO;
import dev.knit.vector.FlatVectors;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Reads rows files in the order of their rows. A file that is not what was written ends in a {@link
 * CorruptIndexException}, but callbacks may have seen wrong values before it is found out.
 */
public final class RowsReader {
  private RowsReader() {}

  /** Takes vectors. */
  public interface VectorConsumer {
    /** Takes the vector of {@code row}; the array is reused. */
    void accept(int row, float[] vector);
  }

  /** Gives all vectors to {@code consumer}; other columns are passed over. */
  public static void vectors(
      FileIO io, String base, RowsFile file, TableSchema schema, VectorConsumer consumer)
      throws IOException {
    float[] vector = new float[schema.dimension()];
    scan(
        io,
        base,
        file,
        schema,
        RowsScan.Columns.VECTORS,
        (row, floats, at, columns) -> {
          System.arraycopy(floats, at * vector.length, vector, 0, vector.length);
          consumer.accept(row, vector);
        });
  }

  /**
   * Adds all vectors to {@code builder}.
   *
   * @throws IllegalArgumentException when one is not fit for the builder's metric
   */
  public static void vectors(
      FileIO io, String base, RowsFile file, TableSchema schema, FlatVectors.Builder builder)
      throws IOException {
    vectors(io, base, file, schema, (row, vector) -> builder.add(vector));
  }

  /** The ids of all rows, from the ids file if there is one. */
  public static Object[] ids(FileIO io, String base, RowsFile file, TableSchema schema)
      throws IOException {
    return file.ids() == null
        ? storedIds(io, base, file, schema)
        : new IdsReader(io, base, file.ids(), schema.id(), file.rows()).all();
  }

  /** The ids of all rows as they stand in the file itself. */
  static Object[] storedIds(FileIO io, String base, RowsFile file, TableSchema schema)
      throws IOException {
    Object[] ids = new Object[file.rows()];
    scan(
        io,
        base,
        file,
        schema,
        RowsScan.Columns.IDS,
        (row, floats, at, columns) -> ids[row] = value(columns, 0, schema.id(), at));
    return ids;
  }

  /** Takes a row as its number and its place in a batch. */
  private interface BatchConsumer {
    void accept(int row, float[] floats, int at, VectorSchemaRoot columns);
  }

  private static void scan(
      FileIO io,
      String base,
      RowsFile file,
      TableSchema schema,
      RowsScan.Columns read,
      BatchConsumer consumer)
      throws IOException {
    try (BufferAllocator allocator = ArrowMemory.child(file.path());
        RowsScan scan = new RowsScan(io, base, file, schema, read, allocator)) {
      int row = 0;
      while (scan.next()) {
        try (VectorSchemaRoot columns = scan.takeColumns()) {
          for (int at = 0; at < scan.rows(); at++) {
            consumer.accept(row++, scan.vectors(), at, columns);
          }
        } catch (RuntimeException e) {
          scan.verify(); // it may be the file's fault
          throw e;
        }
      }
    }
  }

  private static Object value(VectorSchemaRoot columns, int index, Column column, int at) {
    FieldVector vector = columns.getVector(index);
    return ArrowReads.get(vector, column.type(), at);
  }
}
