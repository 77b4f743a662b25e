package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.roaringbitmap.RoaringBitmap;

/**
 * The deleted rows of a segment as a file: the {@code deletion-vector-v1} of Iceberg's Puffin
 * specification, which Delta writes too, with the bitmap in the portable 64-bit format of the
 * RoaringFormatSpec.
 */
final class DeletionVector {
  private static final int MAGIC = 0xD1D33964;
  private static final int FRAME = 12; // length, magic and checksum
  private static final int BITMAP_HEAD = 12; // number of 32-bit bitmaps, key of the only one

  private DeletionVector() {}

  /** Writes a new file in the directory of a segment. */
  static DeletesFile write(FileIO io, String table, UUID segment, RoaringBitmap rows)
      throws IOException {
    byte[] bytes = bytes(rows);
    String path = TableLayout.segmentFile(segment, "deletes-%s.dv".formatted(UUID.randomUUID()));
    try (OutputStream out = io.create(TableLayout.resolve(table, path))) {
      out.write(bytes);
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return new DeletesFile(path, bytes.length, (int) crc.getValue(), rows.getCardinality());
  }

  /**
   * Reads the deleted rows of a segment; none when {@code file} is null.
   *
   * @param rows how many rows the segment has
   */
  static RoaringBitmap read(FileIO io, String table, DeletesFile file, int rows)
      throws IOException {
    if (file == null) {
      return new RoaringBitmap();
    }
    byte[] bytes;
    try (CheckedInput in = CheckedInput.open(io, table, file)) {
      bytes = new byte[Math.toIntExact(in.remaining())];
      in.read(bytes, 0, bytes.length);
      in.finish();
    }
    try {
      RoaringBitmap deleted = bitmap(bytes);
      if (deleted.getCardinality() != file.rows()
          || (file.rows() > 0 && deleted.last() >= rows)
          || (file.rows() > 0 && deleted.first() < 0)) {
        throw new IllegalArgumentException(
            "%d rows of %d".formatted(deleted.getCardinality(), rows));
      }
      return deleted;
    } catch (RuntimeException | IOException e) {
      throw new CorruptIndexException(
          TableLayout.resolve(table, file.path()),
          "it is no deletion vector: " + e.getMessage(),
          e);
    }
  }

  private static byte[] bytes(RoaringBitmap deleted) {
    RoaringBitmap rows = deleted.clone();
    rows.runOptimize();
    ByteArrayOutputStream portable = new ByteArrayOutputStream();
    try {
      rows.serialize(new DataOutputStream(portable));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int length = Integer.BYTES + BITMAP_HEAD + portable.size();
    ByteBuffer bytes = ByteBuffer.allocate(length + 2 * Integer.BYTES);
    bytes.putInt(length).putInt(MAGIC);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(1).putInt(0).put(portable.toByteArray());
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), Integer.BYTES, length);
    bytes.order(ByteOrder.BIG_ENDIAN).putInt((int) crc.getValue());
    return bytes.array();
  }

  static RoaringBitmap bitmap(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < FRAME + BITMAP_HEAD) {
      throw new IllegalArgumentException("only %d bytes".formatted(bytes.length));
    }
    int length = in.getInt();
    int magic = in.getInt();
    in.order(ByteOrder.LITTLE_ENDIAN);
    if (length != bytes.length - 2 * Integer.BYTES
        || magic != MAGIC
        || in.getLong() != 1
        || in.getInt() != 0) {
      throw new IllegalArgumentException("another head");
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, Integer.BYTES, length);
    if (in.order(ByteOrder.BIG_ENDIAN).getInt(bytes.length - 4) != (int) crc.getValue()) {
      throw new IllegalArgumentException("another checksum");
    }
    RoaringBitmap rows = new RoaringBitmap();
    ByteBuffer portable = in.slice(in.position(), bytes.length - 4 - in.position());
    rows.deserialize(portable.order(ByteOrder.LITTLE_ENDIAN));
    if (!rows.validate()) {
      throw new IllegalArgumentException("an invalid bitmap");
    }
    return rows;
  }
}
