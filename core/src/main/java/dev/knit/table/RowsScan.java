package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Reads the batches of a rows file from start to end: an Arrow file holds an Arrow stream behind
 * its magic, so that one pass can both read and verify. The footer is not used; the schema is the
 * manifest's. What was read may be trusted only after {@link #next} has returned false. For one
 * thread.
 */
final class RowsScan implements Closeable {
  private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};
  private static final int CONTINUATION = -1;
  private static final int MAX_MESSAGE = 64 << 20;

  /**
   * What to read; the rest is passed over.
   *
   * @param others takes the place of a column in the file among those that are not the vector
   */
  record Columns(Vectors vectors, IntPredicate others) {
    static final Columns VECTORS = new Columns(Vectors.READ, column -> false);
    static final Columns IDS = new Columns(Vectors.PASSED, column -> column == 0);
    static final Columns IDS_AND_METADATA = new Columns(Vectors.FOUND, column -> true);
    static final Columns ALL = new Columns(Vectors.READ, column -> true);

    /** Some columns, and the vectors or not. */
    static Columns of(boolean vectors, IntPredicate others) {
      return new Columns(vectors ? Vectors.READ : Vectors.PASSED, others);
    }

    boolean readsVectors() {
      return vectors == Vectors.READ;
    }

    /** Vectors are read, passed over, or passed over with their places told. */
    enum Vectors {
      READ,
      FOUND,
      PASSED
    }
  }

  private final RowsFile file;
  private final CheckedInput in;
  private final RowsBatchReader reader;
  private boolean started;
  private int read;

  RowsScan(
      FileIO io,
      String base,
      RowsFile file,
      TableSchema schema,
      Columns columns,
      BufferAllocator allocator)
      throws IOException {
    this(CheckedInput.open(io, base, file), file, schema, columns, allocator);
  }

  /** A scan of {@code in}, which is closed with it. */
  RowsScan(
      CheckedInput in,
      RowsFile file,
      TableSchema schema,
      Columns columns,
      BufferAllocator allocator) {
    this.file = file;
    this.in = in;
    this.reader = new RowsBatchReader(in, schema, columns, allocator);
  }

  /** Moves to the next batch. At the end the file has been verified. */
  boolean next() throws IOException {
    try {
      return advance();
    } catch (org.apache.arrow.memory.OutOfMemoryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw corrupt(e);
    }
  }

  /** What {@code e}, which values that were read have caused, tells of the file. */
  CorruptIndexException corrupt(RuntimeException e) throws IOException {
    verify();
    return new CorruptIndexException(in.file(), "it is no Arrow file of its table: " + e, e);
  }

  /** The vectors of the batch, one after another; overwritten by the next. */
  float[] vectors() {
    return reader.vectors();
  }

  /** Where the vectors of the batch begin in the file, when only that is told. */
  long vectorsAt() {
    return reader.vectorsAt();
  }

  /** Rows of the batch. */
  int rows() {
    return reader.rows();
  }

  /** The id and metadata columns of the batch as far as they were read; the caller closes them. */
  VectorSchemaRoot takeColumns() {
    return reader.takeColumns();
  }

  /** Reads what is left and checks the whole file. */
  void verify() throws IOException {
    in.finish();
  }

  @Override
  public void close() throws IOException {
    try (reader) {
      in.close();
    }
  }

  private boolean advance() throws IOException {
    if (!started) {
      started = true;
      byte[] magic = new byte[MAGIC.length];
      in.read(magic, 0, magic.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new IllegalArgumentException("another magic");
      }
    }
    for (Message message = message(); message != null; message = message()) {
      long end = Math.addExact(in.position(), message.bodyLength());
      if (end < in.position() || message.bodyLength() > in.remaining()) {
        throw new IllegalArgumentException("a body of %d bytes".formatted(message.bodyLength()));
      }
      if (message.headerType() == MessageHeader.RecordBatch) {
        reader.read((RecordBatch) message.header(new RecordBatch()), end);
        read = Math.addExact(read, reader.rows());
        return true;
      }
      in.skipTo(end);
    }
    in.finish();
    if (read != file.rows()) {
      throw in.corrupt("it has %d rows, expected %d".formatted(read, file.rows()));
    }
    return false;
  }

  /** The head of the next message; null at the end of the stream. */
  private Message message() throws IOException {
    int continuation = in.nextInt();
    int length = in.nextInt();
    if (continuation != CONTINUATION || length < 0 || length > MAX_MESSAGE) {
      throw new IllegalArgumentException("a message of %d bytes".formatted(length));
    }
    if (length == 0) {
      return null;
    }
    if (length > in.remaining()) {
      throw in.corrupt("it is cut off at byte " + in.position());
    }
    byte[] bytes = new byte[length];
    in.read(bytes, 0, length);
    return Message.getRootAsMessage(ByteBuffer.wrap(bytes));
  }
}
