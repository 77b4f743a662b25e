package dev.knit.benchmarks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads MNIST's {@code idx3-ubyte}, plain or with {@code .gz}: four big-endian int32 (a magic
 * number, images, rows, columns), then the images' unsigned bytes.
 */
final class IdxReader {
  private static final int MAGIC = 0x0803;

  private IdxReader() {}

  static boolean reads(String name) {
    return name.endsWith("idx3-ubyte") || name.endsWith("idx3-ubyte.gz");
  }

  /** The first {@code most} images as vectors. */
  static float[][] read(Path file, int most) throws IOException {
    try (DataInputStream in = new DataInputStream(open(file))) {
      int magic = in.readInt();
      if (magic != MAGIC) {
        throw new IOException(
            "'%s' begins with 0x%04x, not with 0x%04x as an idx3-ubyte file does."
                .formatted(file, magic, MAGIC));
      }
      float[][] vectors = new float[Math.min(in.readInt(), most)][];
      byte[] image = new byte[in.readInt() * in.readInt()];
      for (int i = 0; i < vectors.length; i++) {
        in.readFully(image);
        vectors[i] = floats(image);
      }
      return vectors;
    } catch (EOFException e) {
      throw new IOException("'%s' is cut off.".formatted(file), e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return file.toString().endsWith(".gz")
        ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)
        : in;
  }

  private static float[] floats(byte[] image) {
    float[] vector = new float[image.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = image[i] & 0xFF;
    }
    return vector;
  }
}
