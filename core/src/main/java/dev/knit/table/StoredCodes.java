package dev.knit.table;

import dev.knit.vector.BufferVectors;
import dev.knit.vector.QuantizedVectors;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codes of a segment's vectors as a local copy: they follow from the vectors, but take longer to
 * compute than to read. Behind them stands their checksum.
 */
final class StoredCodes {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCodes.class);

  private StoredCodes() {}

  /** The codes of {@code exact}, the vectors of {@code info} with these parameters. */
  static QuantizedVectors of(BufferVectors exact, SegmentInfo info, IndexParams params)
      throws IOException {
    LocalCopies copies = LocalCopies.open();
    String key = key(info, params);
    QuantizedVectors[] made = new QuantizedVectors[1];
    try {
      Path file =
          copies.get(
              key,
              out -> {
                made[0] = QuantizedVectors.of(exact);
                write(made[0], out);
              });
      return made[0] == null ? read(exact, file) : made[0];
    } catch (EOFException | NoSuchFileException e) {
      copies.forget(key); // damaged, or removed for want of room
    } catch (IOException e) {
      if (made[0] == null) {
        throw e;
      }
      LOG.warn("The codes of segment {} were not kept for the next time.", info.uuid(), e);
    }
    return made[0] == null ? QuantizedVectors.of(exact) : made[0];
  }

  private static void write(QuantizedVectors codes, OutputStream out) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
    for (byte[] chunk : codes.chunks()) {
      checked.write(chunk, 0, chunk.length);
    }
    writeCrc(checked);
  }

  /** Reads codes; damage ends in an {@link EOFException}. */
  private static QuantizedVectors read(BufferVectors exact, Path file) throws IOException {
    try (InputStream in = MappedFile.of(file).stream()) {
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
      QuantizedVectors codes = QuantizedVectors.unread(exact);
      for (byte[] chunk : codes.chunks()) {
        checked.readNBytes(chunk, 0, chunk.length);
      }
      if (!isCrc(checked)) {
        throw new EOFException("'%s' is cut off or has another checksum.".formatted(file));
      }
      return codes;
    }
  }

  private static String key(SegmentInfo info, IndexParams params) {
    return LocalCopies.key(
        "codes",
        QuantizedVectors.LAYOUT,
        params.metric(),
        params.maxNorm(),
        info.uuid(),
        info.rowsFiles().stream().map(RowsFile::crc32c).toList(),
        info.graphFiles().stream().map(GraphPart::crc32c).toList());
  }

  private static void writeCrc(CheckedOutputStream out) throws IOException {
    long crc = out.getChecksum().getValue();
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write((int) (crc >>> shift));
    }
  }

  private static boolean isCrc(CheckedInputStream in) throws IOException {
    long crc = in.getChecksum().getValue();
    long stored = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      stored |= (long) in.read() << shift;
    }
    return stored == crc && in.read() < 0;
  }
}
