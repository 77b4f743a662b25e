package dev.knit.table;

import dev.knit.vector.BufferVectors;
import dev.knit.vector.QuantizedVectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Codes of a segment's vectors as a local copy: they follow from the vectors, but take longer to
 * compute than to read. Behind them stands their checksum.
 */
final class StoredCodes {
  private StoredCodes() {}

  /** The codes of {@code exact}, the vectors of {@code info} with these parameters. */
  static QuantizedVectors of(BufferVectors exact, SegmentInfo info, IndexParams params)
      throws IOException {
    LocalCopies copies = LocalCopies.open();
    String key = key(info, params);
    QuantizedVectors[] made = new QuantizedVectors[1];
    LocalCopies.Content content =
        out -> {
          made[0] = QuantizedVectors.of(exact);
          CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
          for (byte[] records : made[0].records()) {
            checked.write(records, 0, records.length);
          }
          writeCrc(checked);
        };
    var file = copies.get(key, content);
    if (made[0] != null) {
      return made[0];
    }
    try (InputStream in = MappedFile.of(file).stream()) {
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
      QuantizedVectors read = QuantizedVectors.unfilled(exact);
      boolean whole = true;
      for (byte[] records : read.records()) {
        whole &= checked.readNBytes(records, 0, records.length) == records.length;
      }
      if (whole && isCrc(checked)) {
        return read;
      }
    } catch (NoSuchFileException e) {
      // removed for want of room
    }
    copies.forget(key);
    return QuantizedVectors.of(exact);
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
