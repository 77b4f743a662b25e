package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Finds ids in an ids file, of which it reads the directory and the blocks that may have them. For
 * one thread.
 */
final class IdsReader {
  /** Blocks side by side are read together up to this size. */
  private static final long READ_BYTES = 4 << 20;

  private final FileIO io;
  private final String file;
  private final Column id;
  private final IdsDirectory directory;

  /** Takes what was found. */
  interface Consumer {
    void accept(Object id, int row);
  }

  /**
   * Reads the directory.
   *
   * @param rows of the rows file
   * @throws CorruptIndexException when it is not what was written
   * @throws UnsupportedFormatException when a newer Knit wrote it
   */
  IdsReader(FileIO io, String base, IdsFile ids, Column id, int rows) throws IOException {
    this.io = io;
    this.file = TableLayout.resolve(base, ids.path());
    this.id = id;
    byte[] bytes = read(ids.directoryStart(), ids.directoryBytes());
    int crc = IdsWriter.crc(bytes);
    if (crc != ids.directoryCrc32c()) {
      throw CorruptIndexException.checksum(file, "its directory", crc, ids.directoryCrc32c());
    }
    try {
      this.directory = IdsDirectory.of(file, bytes, ids.directoryStart());
      boolean texts = id.type() == ColumnType.Primitive.STRING;
      if (directory.rows() != rows || directory.texts() != texts) {
        throw new IllegalArgumentException("it is of another rows file");
      }
    } catch (RuntimeException e) {
      throw corrupt(e);
    }
  }

  /** All ids by row. */
  Object[] all() throws IOException {
    Object[] all = new Object[directory.rows()];
    scan(directory.blocks(), (found, row) -> all[row] = found);
    if (Arrays.asList(all).contains(null)) {
      throw new CorruptIndexException(file, "it has no id for some rows");
    }
    return all;
  }

  /**
   * Gives the ids to {@code consumer} that stand in blocks with one of {@code wanted}: those that
   * are wanted, and their neighbors.
   *
   * @param wanted in the order of {@link RowIds#compare}
   */
  void near(Object[] wanted, Consumer consumer) throws IOException {
    List<IdsDirectory.Block> blocks = directory.blocks();
    List<IdsDirectory.Block> found = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      int at = Arrays.binarySearch(wanted, blocks.get(i).first(), RowIds::compare);
      int next = at < 0 ? -at - 1 : at;
      boolean last = i + 1 == blocks.size();
      if (next < wanted.length
          && (last || RowIds.compare(wanted[next], blocks.get(i + 1).first()) <= 0)) {
        found.add(blocks.get(i));
      }
    }
    scan(found, consumer);
  }

  /** The ids of a file that has some, of which one block at a time is in memory. */
  SortedIds.Ids inOrder() throws IOException {
    InOrder ids = new InOrder();
    ids.next();
    return ids;
  }

  private final class InOrder implements SortedIds.Ids {
    private int block;
    private Object[] ids = new Object[0];
    private int at = -1;

    @Override
    public Object id() {
      return ids[at];
    }

    @Override
    public boolean next() throws IOException {
      Object last = ids.length == 0 ? null : ids[at];
      if (++at == ids.length) {
        if (block == directory.blocks().size()) {
          return false;
        }
        ids = block(directory.blocks().get(block++));
        at = 0;
      }
      if (last != null && RowIds.compare(last, ids[at]) > 0) {
        throw new CorruptIndexException(file, "id %s is behind %s".formatted(ids[at], last));
      }
      return true;
    }
  }

  private Object[] block(IdsDirectory.Block block) throws IOException {
    List<Object> ids = new ArrayList<>();
    scanTogether(List.of(block), (id, row) -> ids.add(id));
    return ids.toArray();
  }

  private void scan(List<IdsDirectory.Block> blocks, Consumer consumer) throws IOException {
    for (int from = 0; from < blocks.size(); ) {
      int to = from + 1;
      while (to < blocks.size()
          && blocks.get(to).start() == blocks.get(to - 1).end()
          && blocks.get(to).end() - blocks.get(from).start() <= READ_BYTES) {
        to++;
      }
      scanTogether(blocks.subList(from, to), consumer);
      from = to;
    }
  }

  private void scanTogether(List<IdsDirectory.Block> blocks, Consumer consumer) throws IOException {
    long start = blocks.get(0).start();
    byte[] bytes = read(start, Math.toIntExact(blocks.get(blocks.size() - 1).end() - start));
    for (IdsDirectory.Block block : blocks) {
      int offset = (int) (block.start() - start);
      CRC32C crc = new CRC32C();
      crc.update(bytes, offset, block.bytes());
      if ((int) crc.getValue() != block.crc32c()) {
        throw CorruptIndexException.checksum(
            file, "the block at byte " + block.start(), (int) crc.getValue(), block.crc32c());
      }
      scan(ByteBuffer.wrap(bytes, offset, block.bytes()).slice(), block, consumer);
    }
  }

  private void scan(ByteBuffer bytes, IdsDirectory.Block block, Consumer consumer)
      throws IOException {
    IdsBlock ids;
    try {
      ids = IdsBlock.of(bytes, block.ids(), id.type(), directory.rows());
    } catch (RuntimeException e) {
      throw corrupt(e);
    }
    for (int i = 0; i < ids.rows().length; i++) {
      consumer.accept(ids.ids()[i], ids.rows()[i]);
    }
  }

  private byte[] read(long from, int count) throws IOException {
    try {
      return io.read(file, from, count);
    } catch (EOFException e) {
      throw new CorruptIndexException(file, "it is cut off before byte " + (from + count), e);
    } catch (FileNotFoundException e) {
      throw new CorruptIndexException(file, "it is missing", e);
    }
  }

  private CorruptIndexException corrupt(RuntimeException e) {
    return new CorruptIndexException(file, "it is no ids file: " + e.getMessage(), e);
  }
}
