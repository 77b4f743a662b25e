package dev.knit.table;

import dev.knit.vector.BufferVectors;
import dev.knit.vector.VectorCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one float32 vector per node, in order, to a temporary file, which is mapped in the end and
 * has no name any more when it is closed; its space is given back when nobody uses the vectors any
 * more. The file is in the directory named by the system property {@code knit.local.dir}, by
 * default that for temporary files. For one thread.
 */
final class MappedNodes implements AutoCloseable {
  private static final int BUFFER = 1 << 20;
  private static final int MAPPED = 1 << 30;

  private final IndexParams params;
  private final int recordBytes;
  private final FileChannel file;
  private final ByteBuffer buffer;

  MappedNodes(IndexParams params, int dimension) throws IOException {
    this.params = params;
    this.recordBytes = Float.BYTES * dimension;
    this.buffer =
        ByteBuffer.allocate(recordBytes * Math.max(1, BUFFER / recordBytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.file = open();
  }

  private static FileChannel open() throws IOException {
    Path directory =
        Path.of(System.getProperty("knit.local.dir", System.getProperty("java.io.tmpdir")));
    try {
      return FileChannel.open(
          Files.createTempFile(directory, "knit-vectors-", ".f32"),
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new IOException(
          "The exact vectors of a quantized index need a file in '%s', which cannot be made; name another directory by -Dknit.local.dir."
              .formatted(directory),
          e);
    }
  }

  /**
   * Takes the vector of the next node.
   *
   * @throws IllegalArgumentException when it is no vector of the metric
   */
  void add(float[] vector) throws IOException {
    VectorCheck.check(vector, recordBytes / Float.BYTES, params.metric());
    if (!buffer.hasRemaining()) {
      flush();
    }
    for (float value : vector) {
      buffer.putFloat(value);
    }
  }

  /** The vectors, in the file. */
  BufferVectors build() throws IOException {
    flush();
    long most = (long) MAPPED / recordBytes * recordBytes;
    List<ByteBuffer> buffers = new ArrayList<>();
    for (long from = 0; from < file.size(); from += most) {
      long bytes = Math.min(most, file.size() - from);
      buffers.add(file.map(MapMode.READ_ONLY, from, bytes));
    }
    return new BufferVectors(
        params.metric(),
        recordBytes / Float.BYTES,
        params.maxNorm(),
        null,
        buffers.toArray(ByteBuffer[]::new));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }
}
