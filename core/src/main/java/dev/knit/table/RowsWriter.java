package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/**
 * Writes rows to a {@code rows.arrow}, batch by batch, and in the end their ids in order to a
 * {@code rows.ids} beside it; of all rows only the ids are in memory. {@link #close} without {@link
 * #finish} leaves a file that must not be used. For one thread.
 */
public final class RowsWriter implements Closeable {
  private static final int MAX_ROWS = 8192;
  private static final long MAX_BYTES = 32L << 20;

  private final FileIO io;
  private final String base;
  private final TableSchema schema;
  private final String path;
  private final CheckedOutput out;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final ArrowFileWriter writer;
  private final ByteBuffer floats;
  private final IdsWriter ids;
  private final List<StatsWriter> stats;
  private int rows;
  private int batch;
  private long batchBytes;
  private boolean closed;

  private RowsWriter(FileIO io, String base, TableSchema schema, String path, CheckedOutput out)
      throws IOException {
    this.io = io;
    this.base = base;
    this.schema = schema;
    this.ids = new IdsWriter(schema);
    this.stats = StatsWriter.all(schema);
    this.path = path;
    this.out = out;
    this.floats =
        ByteBuffer.allocate(schema.dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    this.allocator = ArrowMemory.child(path);
    this.root = VectorSchemaRoot.create(ArrowFields.schema(schema), allocator);
    this.writer = new ArrowFileWriter(root, null, Channels.newChannel(out));
    startBatch();
    writer.start();
  }

  /** A writer of the new file {@code path} below {@code base}. */
  public static RowsWriter create(FileIO io, String base, String path, TableSchema schema)
      throws IOException {
    CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    return new RowsWriter(io, base, schema, path, out);
  }

  /**
   * Adds a row.
   *
   * @param vector copied
   * @param metadata one value per metadata column, of the class that its type names
   * @throws IllegalArgumentException naming row and column when something does not fit the schema;
   *     the writer must then be closed
   */
  public void write(Object id, float[] vector, Object[] metadata) throws IOException {
    if (vector.length != schema.dimension() || metadata.length != schema.metadata().size()) {
      throw new IllegalArgumentException(
          "Row %d has dimension %d and %d metadata values, but %d and %d were expected."
              .formatted(
                  rows,
                  vector.length,
                  metadata.length,
                  schema.dimension(),
                  schema.metadata().size()));
    }
    set(schema.id(), 0, id);
    setVector(vector);
    for (int i = 0; i < metadata.length; i++) {
      set(schema.metadata().get(i), i + 2, metadata[i]);
    }
    ids.add(id);
    stats.get(0).add(id);
    for (int i = 0; i < metadata.length; i++) {
      stats.get(i + 1).add(metadata[i]);
    }
    rows = Math.addExact(rows, 1);
    batch++;
    if (batch == MAX_ROWS || batchBytes >= MAX_BYTES) {
      endBatch();
    }
  }

  /** Completes the file; the writer is closed. */
  public RowsFile finish() throws IOException {
    if (batch > 0) {
      endBatch();
    }
    writer.end();
    close();
    return new RowsFile(
        path,
        out.position(),
        out.crc32c(),
        rows,
        ids.write(io, base, TableLayout.ids(path)),
        stats.stream().map(StatsWriter::stats).filter(Objects::nonNull).toList());
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (allocator;
          root) {
        out.close();
      }
    }
  }

  private void set(Column column, int field, Object value) {
    try {
      FieldVector vector = root.getVector(field);
      ArrowWrites.set(vector, column.type(), column.nullable(), batch, value);
      batchBytes += ArrowWrites.bytes(value);
    } catch (IllegalArgumentException
        | ClassCastException
        | ArithmeticException
        | UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "Row %d does not fit column '%s' of type %s: %s."
              .formatted(rows, column.name(), column.type(), e.getMessage()),
          e);
    }
  }

  private void setVector(float[] vector) {
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(1);
    lists.setNotNull(batch);
    floats.clear().asFloatBuffer().put(vector);
    items().getDataBuffer().setBytes((long) batch * floats.capacity(), floats);
    batchBytes += floats.capacity();
  }

  private Float4Vector items() {
    return (Float4Vector) ((FixedSizeListVector) root.getVector(1)).getDataVector();
  }

  private void startBatch() {
    root.clear();
    int capacity = (int) Math.max(1, Math.min(MAX_ROWS, MAX_BYTES / floats.capacity() + 1));
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setInitialCapacity(capacity);
      vector.allocateNew();
    }
    batch = 0;
    batchBytes = 0;
  }

  private void endBatch() throws IOException {
    items().getValidityBuffer().setOne(0, (batch * (long) schema.dimension() + 7) / 8);
    root.setRowCount(batch);
    writer.writeBatch();
    startBatch();
  }
}
