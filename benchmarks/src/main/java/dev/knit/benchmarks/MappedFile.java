package dev.knit.benchmarks;

import dev.knit.vector.BufferVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The vectors of a data set in a mapped file without a name, as an opened index holds them. */
final class MappedFile {
  private static final int BUFFER_BYTES = 1 << 30;

  private MappedFile() {}

  static BufferVectors of(DataSet data) {
    try {
      Path path = Files.createTempFile("knit-benchmark-", ".f32");
      try (FileChannel file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        return map(data, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferVectors map(DataSet data, FileChannel file) throws IOException {
    int size = data.base().length;
    int record = Float.BYTES * data.dimension();
    ByteBuffer buffer = ByteBuffer.allocate(record).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : data.base()) {
      buffer.clear().asFloatBuffer().put(vector);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    }
    int perBuffer = BUFFER_BYTES / record;
    ByteBuffer[] buffers = new ByteBuffer[(size + perBuffer - 1) / perBuffer];
    for (int i = 0; i < buffers.length; i++) {
      long first = (long) i * perBuffer;
      long count = Math.min(perBuffer, size - first);
      buffers[i] = file.map(MapMode.READ_ONLY, first * record, count * record);
    }
    return new BufferVectors(data.metric(), data.dimension(), 0, null, buffers);
  }
}
