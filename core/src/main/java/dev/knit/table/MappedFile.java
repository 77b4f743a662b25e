package dev.knit.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file in memory as the operating system maps it, given back when nobody refers to it. It must
 * not become shorter meanwhile; data files never do. Safe for use by many threads.
 */
final class MappedFile {
  /** Windows begin a step apart and are two long, so that whatever is shorter stands in one. */
  private static final long STEP = 1 << 30;

  private final ByteBuffer[] windows;
  private final long bytes;

  private MappedFile(ByteBuffer[] windows, long bytes) {
    this.windows = windows;
    this.bytes = bytes;
  }

  static MappedFile of(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long bytes = file.size();
      ByteBuffer[] windows = new ByteBuffer[Math.toIntExact((bytes + STEP - 1) / STEP)];
      for (int i = 0; i < windows.length; i++) {
        long length = Math.min(2 * STEP - 1, bytes - i * STEP);
        windows[i] = file.map(MapMode.READ_ONLY, i * STEP, length);
      }
      return new MappedFile(windows, bytes);
    }
  }

  long bytes() {
    return bytes;
  }

  /**
   * A part of the file.
   *
   * @throws IllegalArgumentException when it takes 1 GiB or more
   * @throws IndexOutOfBoundsException when it is not in the file
   */
  ByteBuffer slice(long from, long count) {
    if (count >= STEP) {
      throw new IllegalArgumentException("%d bytes in one piece".formatted(count));
    }
    return count == 0
        ? ByteBuffer.allocate(0)
        : windows[(int) (from / STEP)].slice((int) (from % STEP), (int) count);
  }

  /** The CRC-32C of all bytes. */
  int crc32c() {
    CRC32C crc = new CRC32C();
    for (ByteBuffer window : windows) {
      crc.update(window.slice(0, (int) Math.min(STEP, window.capacity())));
    }
    return (int) crc.getValue();
  }

  /** Reads the file from its start, for one thread. */
  InputStream stream() {
    return new InputStream() {
      private long position;

      @Override
      public int read() {
        return position == bytes ? -1 : slice(position++, 1).get() & 0xFF;
      }

      @Override
      public int read(byte[] out, int offset, int length) {
        int count = (int) Math.min(Math.min(length, STEP - 1), bytes - position);
        if (count == 0 && length > 0) {
          return -1;
        }
        slice(position, count).get(out, offset, count);
        position += count;
        return count;
      }

      @Override
      public long skip(long count) {
        long skipped = Math.max(0, Math.min(count, bytes - position));
        position += skipped;
        return skipped;
      }
    };
  }
}
