package dev.knit.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of an ids file: what blocks come before it, one behind another.
 *
 * @param texts whether ids are texts, not whole numbers
 * @param rows of the rows file
 */
record IdsDirectory(boolean texts, int rows, List<Block> blocks) {
  static final long MAGIC = magic("KNITIDSX");
  static final short MAJOR = 1;
  static final short MINOR = 0;

  /** Magic, versions, flags, type and counts. */
  private static final int HEAD = 28;

  /** Counts and checksum of a block, before its first id. */
  private static final int ENTRY = 12;

  /**
   * A block of ids.
   *
   * @param first the least id in it
   * @param start where it begins in the file
   */
  record Block(Object first, int ids, long start, int bytes, int crc32c) {
    long end() {
      return start + bytes;
    }
  }

  byte[] bytes() {
    int length = HEAD;
    for (Block block : blocks) {
      length += ENTRY + IdsBlock.bytes(block.first());
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putShort(MAJOR).putShort(MINOR).putInt(0);
    out.putInt(texts ? 1 : 0).putInt(rows).putInt(blocks.size());
    for (Block block : blocks) {
      out.putInt(block.ids()).putInt(block.bytes()).putInt(block.crc32c());
      IdsBlock.put(block.first(), out);
    }
    return out.array();
  }

  /**
   * The directory in these bytes, whose checksum was verified.
   *
   * @param end where it begins: the end of the last block
   * @throws UnsupportedFormatException when a newer Knit wrote it
   * @throws IllegalArgumentException or {@link java.nio.BufferUnderflowException} when they make no
   *     sense
   */
  static IdsDirectory of(String file, byte[] bytes, long end) throws UnsupportedFormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong() != MAGIC) {
      throw new IllegalArgumentException("another magic");
    }
    short major = in.getShort();
    in.getShort();
    int flags = in.getInt();
    if (major != MAJOR || flags != 0) {
      throw new UnsupportedFormatException(
          file, "has ids format %d with flags 0x%x".formatted(major, flags));
    }
    boolean texts = in.getInt() == 1;
    int rows = in.getInt();
    int count = in.getInt();
    List<Block> blocks = new ArrayList<>();
    long start = 0;
    long ids = 0;
    for (int i = 0; i < count; i++) {
      int inBlock = in.getInt();
      int length = in.getInt();
      int crc = in.getInt();
      Block block = new Block(IdsBlock.get(texts, in), inBlock, start, length, crc);
      if (inBlock < 1 || length < (long) inBlock * IdsBlock.least(texts)) {
        throw new IllegalArgumentException("a block of %d ids".formatted(inBlock));
      }
      blocks.add(block);
      start = block.end();
      ids += inBlock;
    }
    if (in.hasRemaining() || start != end || ids != rows) {
      throw new IllegalArgumentException(
          "%d ids up to byte %d, expected %d up to %d".formatted(ids, start, rows, end));
    }
    return new IdsDirectory(texts, rows, blocks);
  }

  private static long magic(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
