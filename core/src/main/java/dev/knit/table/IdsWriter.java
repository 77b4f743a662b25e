package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Collects the ids of a rows file, and writes them in order beside it. For one thread. */
final class IdsWriter {
  private static final int BLOCK_IDS = 4096;
  private static final int BLOCK_BYTES = 1 << 18;

  private final boolean texts;
  private Object[] ids = new Object[16];
  private int count;
  private boolean inOrder = true;

  IdsWriter(TableSchema schema) {
    this.texts = schema.id().type() == ColumnType.Primitive.STRING;
  }

  /** Takes the id of the next row. */
  void add(Object id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(2, count));
    }
    inOrder &= count == 0 || RowIds.compare(ids[count - 1], id) <= 0;
    ids[count++] = id;
  }

  /** Writes all. */
  IdsFile write(FileIO io, String base, String path) throws IOException {
    int[] rows = order();
    List<IdsDirectory.Block> blocks = new ArrayList<>();
    try (CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)))) {
      for (int from = 0; from < count; ) {
        int to = end(rows, from);
        blocks.add(write(rows, from, to, out));
        from = to;
      }
      byte[] directory = new IdsDirectory(texts, count, blocks).bytes();
      out.write(directory, 0, directory.length);
      return new IdsFile(path, out.position(), out.crc32c(), directory.length, crc(directory));
    }
  }

  private IdsDirectory.Block write(int[] rows, int from, int to, CheckedOutput out)
      throws IOException {
    Object[] sorted = new Object[to - from];
    for (int i = from; i < to; i++) {
      sorted[i - from] = ids[rows[i]];
    }
    byte[] bytes = new IdsBlock(sorted, Arrays.copyOfRange(rows, from, to)).bytes();
    long start = out.position();
    out.write(bytes, 0, bytes.length);
    return new IdsDirectory.Block(sorted[0], to - from, start, bytes.length, crc(bytes));
  }

  /** Where a block ends that begins at {@code from}. */
  private int end(int[] rows, int from) {
    int to = from;
    for (long bytes = 0; to < count && to - from < BLOCK_IDS && bytes < BLOCK_BYTES; to++) {
      bytes += ids[rows[to]] instanceof String text ? text.length() : Long.BYTES;
    }
    return to;
  }

  /** The rows by their ids, then by number. */
  private int[] order() {
    int[] rows = new int[count];
    Arrays.setAll(rows, row -> row);
    if (inOrder) {
      return rows;
    }
    Integer[] boxed = Arrays.stream(rows).boxed().toArray(Integer[]::new);
    Arrays.sort(boxed, (a, b) -> RowIds.compare(ids[a], ids[b]));
    return Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
  }

  static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
