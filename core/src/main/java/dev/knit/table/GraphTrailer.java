package dev.knit.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The end of a graph file: the checksum of all before it, and a magic number. */
final class GraphTrailer {
  static final int LENGTH = 16;

  private GraphTrailer() {}

  /** The trailer behind bytes with the CRC-32C {@code crc}. */
  static byte[] bytes(int crc) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    return out.putInt(GraphHeader.masked(crc)).putInt(0).putLong(GraphHeader.END_MAGIC).array();
  }
}
