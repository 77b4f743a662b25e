package dev.knit.table;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Writes little-endian, and knows position and checksum. For one thread. */
final class CheckedOutput extends OutputStream {
  private final OutputStream out;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  CheckedOutput(OutputStream out) {
    this.out = out;
  }

  /** Computes the checksum of what is written, and drops it. */
  static CheckedOutput toNowhere() {
    return new CheckedOutput(OutputStream.nullOutputStream());
  }

  long position() {
    return position;
  }

  int crc32c() {
    return (int) crc.getValue();
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    out.write(bytes, offset, count);
    crc.update(bytes, offset, count);
    position += count;
  }

  void write(int[] values, int from, int count) throws IOException {
    int step = buffer.capacity() / Integer.BYTES;
    for (int i = 0; i < count; i += step) {
      int ints = Math.min(step, count - i);
      buffer.clear().asIntBuffer().put(values, from + i, ints);
      write(buffer.array(), 0, ints * Integer.BYTES);
    }
  }

  void write(float[] values, int from, int count) throws IOException {
    int step = buffer.capacity() / Float.BYTES;
    for (int i = 0; i < count; i += step) {
      int floats = Math.min(step, count - i);
      buffer.clear().asFloatBuffer().put(values, from + i, floats);
      write(buffer.array(), 0, floats * Float.BYTES);
    }
  }

  /** Writes zeros up to {@code end}. */
  void padTo(long end) throws IOException {
    byte[] zeros = new byte[4096];
    while (position < end) {
      write(zeros, 0, (int) Math.min(zeros.length, end - position));
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
