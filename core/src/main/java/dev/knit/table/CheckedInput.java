package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * A file of known length and checksum, read once from start to end, little-endian. What was read
 * may be trusted only after {@link #finish}, unless all was verified before. For one thread.
 */
final class CheckedInput implements Closeable {
  private final InputStream in;
  private final String file;
  private final long bytes;
  private final int expected;
  private final boolean verified;
  private final CRC32C whole = new CRC32C();
  private final CRC32C section = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  private CheckedInput(InputStream in, String file, StoredFile stored, boolean verified) {
    this.in = in;
    this.verified = verified;
    this.file = file;
    this.bytes = stored.bytes();
    this.expected = stored.crc32c();
  }

  static CheckedInput open(FileIO io, String base, StoredFile stored) throws IOException {
    String file = TableLayout.resolve(base, stored.path());
    try {
      long length = io.length(file);
      if (length != stored.bytes()) {
        throw new CorruptIndexException(
            file, "it has %d bytes, expected %d".formatted(length, stored.bytes()));
      }
      return new CheckedInput(io.open(file), file, stored, false);
    } catch (FileNotFoundException e) {
      throw new CorruptIndexException(file, "it is missing", e);
    }
  }

  /** A file whose length and checksum were found to be those that are {@code stored}. */
  static CheckedInput verified(InputStream in, String file, StoredFile stored) {
    return new CheckedInput(in, file, stored, true);
  }

  String file() {
    return file;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes - position;
  }

  /** What to throw about contents that cannot be; a checksum that differs says more than they. */
  CorruptIndexException corrupt(String problem) {
    try {
      finish();
    } catch (CorruptIndexException e) {
      return e;
    } catch (IOException e) {
      return new CorruptIndexException(file, problem, e);
    }
    return new CorruptIndexException(file, problem);
  }

  /** Reads exactly {@code count} bytes. */
  void read(byte[] out, int offset, int count) throws IOException {
    if (count > remaining() || in.readNBytes(out, offset, count) < count) {
      throw new CorruptIndexException(file, "it is cut off at byte " + position);
    }
    if (!verified) {
      whole.update(out, offset, count);
      section.update(out, offset, count);
    }
    position += count;
  }

  /** The next {@code count ≤ 65536} bytes; they hold until the next call. */
  ByteBuffer next(int count) throws IOException {
    read(buffer.array(), 0, count);
    return buffer.clear().limit(count);
  }

  int nextInt() throws IOException {
    return next(Integer.BYTES).getInt();
  }

  void read(int[] out, int from, int count) throws IOException {
    int step = buffer.capacity() / Integer.BYTES;
    for (int i = 0; i < count; i += step) {
      int ints = Math.min(step, count - i);
      next(ints * Integer.BYTES).asIntBuffer().get(out, from + i, ints);
    }
  }

  void read(float[] out, int from, int count) throws IOException {
    int step = buffer.capacity() / Float.BYTES;
    for (int i = 0; i < count; i += step) {
      int floats = Math.min(step, count - i);
      next(floats * Float.BYTES).asFloatBuffer().get(out, from + i, floats);
    }
  }

  /** Passes over the bytes up to {@code end}. */
  void skipTo(long end) throws IOException {
    if (end < position) {
      throw corrupt("something begins at byte %d, before byte %d".formatted(end, position));
    }
    if (verified) {
      if (end > bytes) {
        throw new CorruptIndexException(file, "it is cut off at byte " + bytes);
      }
      in.skipNBytes(end - position);
      position = end;
    }
    while (position < end) {
      next((int) Math.min(buffer.capacity(), end - position));
    }
  }

  /** Copies what is left and compares the checksum. */
  void copyTo(OutputStream out) throws IOException {
    while (remaining() > 0) {
      ByteBuffer part = next((int) Math.min(buffer.capacity(), remaining()));
      out.write(part.array(), 0, part.limit());
    }
    finish();
  }

  void startSection() {
    section.reset();
  }

  /** Compares the checksum of what was read since {@link #startSection}. */
  void checkSection(int expectedSection, String what) throws IOException {
    int crc = (int) section.getValue();
    if (!verified && crc != expectedSection) {
      throw CorruptIndexException.checksum(file, what, crc, expectedSection);
    }
  }

  /** The checksum of what was read so far; unknown when all was verified before. */
  OptionalInt whole() {
    return verified ? OptionalInt.empty() : OptionalInt.of((int) whole.getValue());
  }

  /** Reads what is left and compares the checksum. */
  void finish() throws IOException {
    skipTo(bytes);
    int crc = (int) whole.getValue();
    if (!verified && crc != expected) {
      throw CorruptIndexException.checksum(file, "the file", crc, expected);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
