package dev.knit.table;

/**
 * Where a section of a graph file is.
 *
 * @param id one of the constants; others are skipped
 */
record GraphSection(int id, long offset, long length, int crc32c) {
  static final int LEVELS = 1;
  static final int L0 = 2;
  static final int UPPER = 3;
  static final int L0_LENGTHS = 4;
  static final int UPPER_LENGTHS = 5;
  static final int ROW_NODES = 6;

  static final int ALIGNMENT = 4096;

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  long end() {
    return offset + length;
  }
}
