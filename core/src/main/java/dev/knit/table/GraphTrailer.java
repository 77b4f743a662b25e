package dev.knit.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalInt;

/** The end of a graph file: the checksum of all before it, and a magic number. */
final class GraphTrailer {
  static final int LENGTH = 16;

  private GraphTrailer() {}

  /** Whether these bytes end a file; behind bytes with that CRC-32C, if it is known. */
  static boolean is(byte[] trailer, OptionalInt crc) {
    ByteBuffer in = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN);
    return Arrays.equals(trailer, bytes(crc.orElse(0)))
        || crc.isEmpty() && in.getInt(4) == 0 && in.getLong(8) == GraphHeader.END_MAGIC;
  }

  /** The trailer behind bytes with the CRC-32C {@code crc}. */
  static byte[] bytes(int crc) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    return out.putInt(GraphHeader.masked(crc)).putInt(0).putLong(GraphHeader.END_MAGIC).array();
  }
}
