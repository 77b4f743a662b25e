package dev.knit.io;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the formats {@code .fvecs} and {@code .bvecs}, plain or with {@code .gz}: per vector a
 * little-endian int32 dimension, then that many float32 or unsigned bytes. For one thread.
 */
public final class VecsReader implements Closeable {
  private static final int MAX_DIMENSION = 1 << 20;
  private final InputStream in;
  private final String name;
  private final int width;
  private long row;

  private VecsReader(InputStream in, String name, int width) {
    this.in = in;
    this.name = name;
    this.width = width;
  }

  /** Whether the name of a file ends like one of these formats. */
  public static boolean reads(String name) {
    return width(name) > 0;
  }

  /**
   * Reads {@code in}, which is closed with the reader.
   *
   * @param name of the file; it tells the format and stands in error messages
   */
  public static VecsReader open(InputStream in, String name) throws IOException {
    if (!reads(name)) {
      throw new IllegalArgumentException(
          "'%s' is no .fvecs or .bvecs file, plain or with .gz.".formatted(name));
    }
    InputStream buffered = new BufferedInputStream(in, 1 << 16);
    boolean zipped = name.toLowerCase(Locale.ROOT).endsWith(".gz");
    InputStream plain = zipped ? unzipped(buffered, name) : buffered;
    return new VecsReader(new BufferedInputStream(plain, 1 << 16), name, width(name));
  }

  /**
   * The next vector, or null at the end.
   *
   * @throws IOException naming file and row when the file is cut off or not of this format
   */
  public float[] next() throws IOException {
    byte[] header = read(4);
    if (header.length == 0) {
      return null;
    }
    if (header.length < 4) {
      throw cutOff();
    }
    int dimension = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IOException(
          "Row %d of '%s' has dimension %d; the file is not of the format its name says."
              .formatted(row, name, dimension));
    }
    byte[] body = read(dimension * width);
    if (body.length < dimension * width) {
      throw cutOff();
    }
    row++;
    return floats(body, dimension);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static InputStream unzipped(InputStream in, String name) throws IOException {
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (EOFException | ZipException e) {
      in.close();
      throw new IOException("'%s' is not in gzip format.".formatted(name), e);
    }
  }

  /** Up to {@code count} bytes; fewer at the end of a file. */
  private byte[] read(int count) throws IOException {
    try {
      return in.readNBytes(count);
    } catch (EOFException e) { // a zipped file ends too early
      throw cutOff();
    } catch (ZipException e) {
      throw new IOException(
          "'%s' is corrupt in row %d: %s".formatted(name, row, e.getMessage()), e);
    }
  }

  private float[] floats(byte[] body, int dimension) {
    float[] vector = new float[dimension];
    if (width == Float.BYTES) {
      ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    } else {
      for (int i = 0; i < dimension; i++) {
        vector[i] = body[i] & 0xFF;
      }
    }
    return vector;
  }

  private EOFException cutOff() {
    return new EOFException("'%s' is cut off in row %d.".formatted(name, row));
  }

  private static int width(String name) {
    String lower = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    return lower.endsWith(".fvecs") ? Float.BYTES : lower.endsWith(".bvecs") ? 1 : 0;
  }
}
