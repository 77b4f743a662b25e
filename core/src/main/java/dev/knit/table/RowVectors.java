package dev.knit.table;

import dev.knit.io.FileIO;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.TypeLayout;

/**
 * The vectors of single rows of an open segment, as the user gave them. Under {@code cosine} a
 * segment has them in memory with unit length only; there each is read from its file, and must be
 * what the segment was made of. For one thread.
 */
public final class RowVectors {
  private static final int MAGIC_BYTES = 8;
  private static final int HEAD_BYTES = 8;
  private static final int LIST_AND_ITEM_VALIDITY = 2;

  private final FileIO io;
  private final String table;
  private final TableSchema schema;
  private final SegmentInfo info;
  private final Segment segment;
  private final VectorValues vectors;
  private final float[] unit;
  private List<Run> runs;

  /** Rows whose floats stand one after another in a file. */
  private record Run(String file, int firstRow, int rows, long offset) {}

  /** The vectors of {@code segment}, which is described by {@code info}. */
  public RowVectors(FileIO io, String table, Snapshot snapshot, SegmentInfo info, Segment segment) {
    this.io = io;
    this.table = table;
    this.schema = snapshot.schema(info);
    this.info = info;
    this.segment = segment;
    this.vectors = segment.vectors().exact();
    this.unit = new float[schema.dimension()];
  }

  /**
   * The vector of a row, as a new array.
   *
   * @throws CorruptIndexException when its file has changed since the segment was opened
   */
  public float[] vector(int row) throws IOException {
    float[] vector = new float[schema.dimension()];
    if (vectors.metric() != Metric.COSINE) {
      vectors.copy(segment.node(row), vector);
      return vector;
    }
    Run run = run(row);
    read(run, row - run.firstRow(), vector);
    check(run, row, vector);
    return vector;
  }

  private void read(Run run, int at, float[] vector) throws IOException {
    byte[] bytes = new byte[vector.length * Float.BYTES];
    try (InputStream in = io.open(run.file())) {
      in.skipNBytes(run.offset() + (long) at * bytes.length);
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new CorruptIndexException(run.file(), "it is cut off");
      }
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
  }

  /** The file was verified when the segment was opened; its bytes may have changed since. */
  private void check(Run run, int row, float[] vector) throws IOException {
    vectors.copy(segment.node(row), unit);
    if (!vectors.stores(vector, unit)) {
      throw new CorruptIndexException(
          run.file(), "the vector of row %d is another than when it was opened".formatted(row));
    }
  }

  private Run run(int row) throws IOException {
    if (runs == null) {
      List<Run> found = new ArrayList<>();
      for (RowsFile file : info.rowsFiles()) {
        addRuns(file, found);
      }
      runs = found;
    }
    for (Run run : runs) {
      if (row < run.firstRow() + run.rows()) {
        return run;
      }
    }
    throw new IndexOutOfBoundsException("There is no row %d of %d.".formatted(row, info.rows()));
  }

  private void addRuns(RowsFile file, List<Run> found) throws IOException {
    String path = TableLayout.resolve(table, file.path());
    int floats =
        TypeLayout.getTypeBufferCount(ArrowFields.schema(schema).getFields().get(0).getType())
            + LIST_AND_ITEM_VALIDITY;
    try (InputStream in = io.open(path)) {
      in.skipNBytes(MAGIC_BYTES);
      long position = MAGIC_BYTES;
      for (byte[] head = head(in); head.length > 0; head = head(in)) {
        Message message = Message.getRootAsMessage(ByteBuffer.wrap(head));
        position += HEAD_BYTES + head.length;
        if (message.headerType() == MessageHeader.RecordBatch) {
          RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
          int first = found.isEmpty() ? 0 : end(found.get(found.size() - 1));
          long offset = position + batch.buffers(floats).offset();
          found.add(new Run(path, first, (int) batch.length(), offset));
        }
        in.skipNBytes(message.bodyLength());
        position += message.bodyLength();
      }
    }
  }

  private static int end(Run run) {
    return run.firstRow() + run.rows();
  }

  /** The head of the next message; empty at the end of the stream. */
  private static byte[] head(InputStream in) throws IOException {
    byte[] size = in.readNBytes(HEAD_BYTES);
    int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt(HEAD_BYTES / 2);
    return Arrays.copyOf(in.readNBytes(length), length);
  }
}
