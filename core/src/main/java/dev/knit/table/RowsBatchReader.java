package dev.knit.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads the body of one Arrow record batch: the floats of the vector column to the heap, other
 * columns to Arrow memory. Buffers are read in the order of the body. For one thread.
 */
final class RowsBatchReader implements Closeable {
  private static final int VECTOR = 1;
  private static final int VECTOR_FLOATS = 2; // behind two validity bitmaps

  private final CheckedInput in;
  private final int dimension;
  private final RowsScan.Columns columns;
  private final BufferAllocator allocator;
  private final List<Field> fields;
  private float[] vectors = new float[0];
  private long vectorsAt;
  private VectorSchemaRoot root;
  private int rows;

  RowsBatchReader(
      CheckedInput in, TableSchema schema, RowsScan.Columns columns, BufferAllocator allocator) {
    this.in = in;
    this.dimension = schema.dimension();
    this.columns = columns;
    this.allocator = allocator;
    this.fields = ArrowFields.schema(schema).getFields();
  }

  float[] vectors() {
    return vectors;
  }

  /** Where the vectors of the batch begin in the file. */
  long vectorsAt() {
    return vectorsAt;
  }

  int rows() {
    return rows;
  }

  VectorSchemaRoot takeColumns() {
    VectorSchemaRoot taken = root;
    root = null;
    return taken;
  }

  void read(RecordBatch batch, long end) throws IOException {
    close();
    long start = in.position();
    checkCounts(batch, end - start);
    rows = (int) batch.length();
    List<ArrowBuf> buffers = new ArrayList<>();
    List<ArrowFieldNode> nodes = new ArrayList<>();
    try {
      int node = 0;
      int buffer = 0;
      for (int field = 0; field < fields.size(); field++) {
        int nodesEnd = node + nodes(fields.get(field));
        int buffersEnd = buffer + buffers(fields.get(field));
        if (field == VECTOR && columns.vectors() == RowsScan.Columns.Vectors.FOUND) {
          vectorsAt = findVectors(batch.buffers(buffer + VECTOR_FLOATS), start, end);
        } else if (field == VECTOR && columns.readsVectors()) {
          readVectors(batch.buffers(buffer + VECTOR_FLOATS), start, end);
        } else if (isRead(field)) {
          for (int i = node; i < nodesEnd; i++) {
            nodes.add(new ArrowFieldNode(batch.nodes(i).length(), batch.nodes(i).nullCount()));
          }
          for (int i = buffer; i < buffersEnd; i++) {
            buffers.add(readBuffer(batch.buffers(i), start, end));
          }
        }
        node = nodesEnd;
        buffer = buffersEnd;
      }
      load(nodes, buffers);
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
    in.skipTo(end);
  }

  @Override
  public void close() {
    if (root != null) {
      root.close();
      root = null;
    }
  }

  private boolean isRead(int field) {
    return field != VECTOR && columns.others().test(field < VECTOR ? field : field - 1);
  }

  private void checkCounts(RecordBatch batch, long bodyLength) {
    int nodes = fields.stream().mapToInt(RowsBatchReader::nodes).sum();
    int buffers = fields.stream().mapToInt(RowsBatchReader::buffers).sum();
    boolean fits =
        batch.nodesLength() == nodes
            && batch.buffersLength() == buffers
            && batch.compression() == null
            && batch.length() >= 0
            && batch.length() * dimension * Float.BYTES <= bodyLength;
    for (int i = 0; fits && i < nodes; i++) {
      long length = batch.nodes(i).length();
      fits = length >= 0 && length <= 8 * bodyLength;
    }
    if (!fits) {
      throw new IllegalArgumentException("a batch of other columns than the table's");
    }
  }

  private void readVectors(Buffer buffer, long start, long end) throws IOException {
    in.skipTo(findVectors(buffer, start, end));
    int count = Math.toIntExact((long) rows * dimension);
    if (vectors.length < count) {
      vectors = new float[count];
    }
    in.read(vectors, 0, count);
  }

  private long findVectors(Buffer buffer, long start, long end) {
    if (buffer.length() < (long) rows * dimension * Float.BYTES) {
      throw new IllegalArgumentException("vectors of %d bytes".formatted(buffer.length()));
    }
    return place(buffer, start, end);
  }

  private ArrowBuf readBuffer(Buffer buffer, long start, long end) throws IOException {
    in.skipTo(place(buffer, start, end));
    ArrowBuf copy = allocator.buffer(buffer.length());
    try {
      for (long at = 0; at < buffer.length(); ) {
        ByteBuffer bytes = in.next((int) Math.min(1 << 16, buffer.length() - at));
        copy.setBytes(at, bytes);
        at += bytes.limit();
      }
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
    return copy.writerIndex(buffer.length());
  }

  /** Where a buffer begins in the file. */
  private static long place(Buffer buffer, long start, long end) {
    boolean inBody =
        buffer.length() >= 0
            && buffer.offset() >= 0
            && buffer.length() <= end - start
            && buffer.offset() <= end - start - buffer.length();
    if (!inBody) {
      throw new IllegalArgumentException("a buffer outside of its batch");
    }
    return start + buffer.offset();
  }

  private void load(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    List<Field> read = new ArrayList<>();
    for (int field = 0; field < fields.size(); field++) {
      if (isRead(field)) {
        read.add(fields.get(field));
      }
    }
    if (!read.isEmpty()) {
      root = VectorSchemaRoot.create(new Schema(read), allocator);
      try (ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers)) {
        new VectorLoader(root).load(batch);
      }
    }
  }

  private static int nodes(Field field) {
    return 1 + field.getChildren().stream().mapToInt(RowsBatchReader::nodes).sum();
  }

  private static int buffers(Field field) {
    return TypeLayout.getTypeBufferCount(field.getType())
        + field.getChildren().stream().mapToInt(RowsBatchReader::buffers).sum();
  }
}
