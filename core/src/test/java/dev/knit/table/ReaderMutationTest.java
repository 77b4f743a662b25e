package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.FileIO;
import dev.knit.io.MemoryFileIO;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are damaged and yet have fitting checksums, as a faulty or malicious writer makes
 * them: readers may find something else in them, or say that they are corrupt, but do nothing
 * worse. {@code knit.mutations} says how many of each kind.
 */
class ReaderMutationTest {
  private static final int ROUNDS = Integer.getInteger("knit.mutations", 4000);

  @TempDir Path directory;
  private final FileIO io = new MemoryFileIO();
  private TestTable table;
  private Snapshot snapshot;
  private SegmentInfo segment;

  @BeforeEach
  void tableOfOneSegment() throws Exception {
    table = new TestTable(directory);
    float[][] vectors = TestTable.random(20, 1);
    vectors[7] = vectors[2];
    snapshot = table.commit(vectors);
    segment = snapshot.segments().get(0);
  }

  @Test
  void rows() throws Exception {
    RowsFile rows = segment.rowsFiles().get(0);
    byte[] original = bytes(rows.path());
    Random random = new Random(21);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = mutated(original, random);
      RowsFile file = new RowsFile("rows" + round, mutated.length, crc(mutated), rows.rows());
      io.replace("/table/" + file.path(), mutated);
      read(round, () -> readRows(file));
      io.delete("/table/" + file.path());
      assertThat(ArrowMemory.used()).as("round %d", round).isZero();
    }
  }

  private void readRows(RowsFile file) throws IOException {
    try (RowsIterator rows = new RowsIterator(io, "/table", file, snapshot.schema())) {
      int count = 0;
      while (rows.hasNext()) {
        assertThat(rows.next().vector()).hasSize(TestTable.DIMENSION);
        count++;
      }
      assertThat(count).isEqualTo(file.rows());
    }
  }

  @Test
  void graphs() throws Exception {
    GraphPart part = segment.graphFiles().get(0);
    byte[] original = bytes(part.path());
    Random random = new Random(22);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = mutated(original, random);
      GraphPart file =
          new GraphPart("graph" + round, mutated.length, crc(mutated), 0, part.nodes());
      io.replace("/table/" + file.path(), mutated);
      read(round, () -> GraphFile.read(io, "/table", file));
      io.delete("/table/" + file.path());
    }
  }

  @Test
  void ids() throws Exception {
    RowsFile rows = segment.rowsFiles().get(0);
    byte[] original = bytes(rows.ids().path());
    Random random = new Random(24);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = mutated(original, random);
      int directory = Math.min(rows.ids().directoryBytes(), mutated.length);
      IdsFile file = fitting("ids" + round, mutated, directory);
      io.replace("/table/" + file.path(), mutated);
      read(round, () -> new IdsReader(io, "/table", file, table.schema.id(), 20).all());
      io.delete("/table/" + file.path());
    }
  }

  /** An ids file whose checksums fit, those of its blocks as far as there are any. */
  private static IdsFile fitting(String path, byte[] bytes, int directory) {
    int start = bytes.length - directory;
    if (directory >= 40) { // the only block's checksum stands behind the head and two counts
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(start + 36, crc(Arrays.copyOf(bytes, start)));
    }
    int crc = crc(Arrays.copyOfRange(bytes, start, bytes.length));
    return new IdsFile(path, bytes.length, crc(bytes), directory, crc);
  }

  @Test
  void manifests() throws Exception {
    byte[] original = ManifestFile.bytes(snapshot);
    int trailer = "crc32c:00000000\n".length();
    byte[] json = Arrays.copyOf(original, original.length - trailer);
    String file = TableLayout.resolve("/table", TableLayout.manifest(1));
    Random random = new Random(23);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = mutated(json, random);
      byte[] end = "crc32c:%08x\n".formatted(crc(mutated)).getBytes(StandardCharsets.US_ASCII);
      byte[] manifest = Arrays.copyOf(mutated, mutated.length + end.length);
      System.arraycopy(end, 0, manifest, mutated.length, end.length);
      io.replace(file, manifest);
      read(round, () -> Snapshot.load(io, "/table", 1));
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void read(int round, Reading reading) {
    try {
      reading.run();
    } catch (CorruptIndexException | UnsupportedFormatException e) {
      // found out
    } catch (UncheckedIOException e) {
      assertThat(e.getCause()).as("round %d", round).isInstanceOf(CorruptIndexException.class);
    } catch (Exception | OutOfMemoryError e) {
      throw new AssertionError("Round %d: %s".formatted(round, e), e);
    }
  }

  private static byte[] mutated(byte[] original, Random random) {
    int length = original.length;
    byte[] mutated =
        Arrays.copyOf(original, random.nextInt(4) == 0 ? random.nextInt(length) : length);
    for (int i = random.nextInt(4); i >= 0 && mutated.length > 0; i--) {
      int at = random.nextInt(mutated.length);
      mutated[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) 0xFF;
            case 1 -> (byte) (mutated[at] ^ 1 << random.nextInt(8));
            case 2 -> 0x7F;
            default -> (byte) random.nextInt();
          };
    }
    return mutated;
  }

  private byte[] bytes(String path) throws IOException {
    try (InputStream in = table.io.open(TableLayout.resolve(table.path, path))) {
      return in.readAllBytes();
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
