package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileEntry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/** Whatever happens to whatever byte of a table is found out when it is opened. */
class CorruptionTest {
  @TempDir Path directory;
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
    open();
  }

  @AfterEach
  void noMemoryLeaks() {
    assertThat(ArrowMemory.used()).isZero();
  }

  @Test
  void everyFlippedByteOfRowsIsFound() throws Throwable {
    everyFlipIsFound(rows(), this::open);
  }

  @Test
  void everyFlippedByteOfGraphIsFound() throws Throwable {
    GraphPart part = segment.graphFiles().get(0);
    everyFlipIsFound(graph(), () -> GraphFile.read(table.io, table.path, part));
  }

  @Test
  void everyFlippedByteOfIdsIsFound() throws Throwable {
    RowsFile rows = segment.rowsFiles().get(0);
    ThrowingCallable read = () -> RowsReader.ids(table.io, table.path, rows, table.schema);
    Path file = directory.resolve(rows.ids().path());
    everyFlipIsFound(file, read);
    everyTruncationIsFound(file, read);
    IdsFile others = table.write(TestTable.random(20, 1), 100).rowsFiles().get(0).ids();
    Files.copy(directory.resolve(others.path()), replaced(file));
    assertThatThrownBy(read)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("of its directory, expected");
  }

  @Test
  void everyFlippedByteOfManifestIsFound() throws Throwable {
    everyFlipIsFound(manifest(), () -> Snapshot.load(table.io, table.path));
  }

  /** Nothing depends on a hint: one that is wrong costs time, and nothing else. */
  @Test
  void damagedHintMisleadsNobody() throws Exception {
    TableWriter writer = new TableWriter(table.io, table.path);
    for (int i = 0; i < 9; i++) {
      writer.tag("tag" + i, 1);
    }
    Path hint = directory.resolve(TableLayout.hint());
    byte[] original = Files.readAllBytes(hint);
    long newest = 10;
    for (byte[] damaged : damaged(original)) {
      Files.write(hint, damaged);
      assertThat(new IndexTable(table.io, table.path).newestVersion()).isEqualTo(newest);
    }
    for (String lie : List.of("%020d".formatted(99), "%020d".formatted(1), "9".repeat(20), "")) {
      Files.writeString(hint, lie);
      assertThat(writer.tag("lie" + newest, 1).version()).isEqualTo(++newest);
    }
  }

  /** A lease that was damaged holds until it is given up, and keeps everything. */
  @Test
  void everyFlippedBitOfALeaseIsFound() throws Exception {
    TableLease.take(table.io, table.path, 1, Duration.ofMinutes(1));
    String leases = TableLayout.resolve(table.path, TableLayout.leases());
    FileEntry entry = table.io.files(leases).get(0);
    Path file = Path.of(leases, entry.path());
    byte[] original = Files.readAllBytes(file);
    assertThat(TableLease.read(table.io, leases, entry).version()).isEqualTo(1);
    TableLease.Terms unknown = new TableLease.Terms(0, TableLease.LONGEST.toMillis(), 0);
    for (byte[] damaged : damaged(original)) {
      Files.write(file, damaged);
      assertThat(TableLease.read(table.io, leases, entry)).isEqualTo(unknown);
    }
    assertThatThrownBy(
            () -> TableLease.take(table.io, table.path, 1, TableLease.LONGEST.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A lease for PT168H0.001S is too long");
  }

  /** Each bit flipped, and all lengths. */
  private static List<byte[]> damaged(byte[] original) {
    List<byte[]> damaged = new ArrayList<>();
    for (int bit = 0; bit < 8 * original.length; bit++) {
      byte[] flipped = original.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      damaged.add(flipped);
    }
    for (int length = 0; length < original.length; length++) {
      damaged.add(Arrays.copyOf(original, length));
    }
    return damaged;
  }

  @Test
  void everyFlippedBitOfDeletesIsFound() throws Throwable {
    Snapshot deleted = new TableWriter(table.io, table.path).delete(List.of(3L, 4L, 11L), null);
    SegmentInfo info = deleted.segments().get(0);
    ThrowingCallable read =
        () -> DeletionVector.read(table.io, table.path, info.deletes(), info.rows());
    Path file = directory.resolve(info.deletes().path());
    byte[] original = Files.readAllBytes(file);
    for (byte[] damaged : damaged(original)) {
      Files.write(file, damaged);
      assertThat(thrownBy(read)).isInstanceOf(CorruptIndexException.class);
    }
    Files.write(file, original);
    assertThat(DeletionVector.read(table.io, table.path, info.deletes(), info.rows()).toArray())
        .containsExactly(3, 4, 11);
  }

  /** Damage that comes with fitting checksums is an error of its own, never another answer. */
  @Test
  void mutatedDeletesWithFittingChecksumsDoNoHarm() throws Exception {
    Random random = new Random(11);
    RoaringBitmap rows = RoaringBitmap.bitmapOfRange(0, 70_000);
    rows.add(90_000, 90_001, 200_000);
    DeletesFile written = DeletionVector.write(table.io, table.path, segment.uuid(), rows);
    byte[] original = Files.readAllBytes(directory.resolve(written.path()));
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = mutated(original, random);
      if (mutated.length >= 8) {
        CRC32 crc = new CRC32();
        crc.update(mutated, 4, mutated.length - 8);
        ByteBuffer.wrap(mutated).putInt(mutated.length - 4, (int) crc.getValue());
      }
      try {
        RoaringBitmap read = DeletionVector.bitmap(mutated);
        assertThat(read.getCardinality()).isBetween(0, 1 << 30);
      } catch (RuntimeException | IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  private static byte[] mutated(byte[] original, Random random) {
    int length = random.nextInt(3) == 0 ? random.nextInt(original.length) : original.length;
    byte[] mutated = Arrays.copyOf(original, length);
    for (int i = random.nextInt(4); i >= 0 && length > 0; i--) {
      mutated[random.nextInt(length)] = (byte) random.nextInt();
    }
    return mutated;
  }

  @Test
  void deletesOfAnotherSegmentAreFound() throws Exception {
    SegmentInfo other = table.write(TestTable.random(20, 2), 100);
    RoaringBitmap many = RoaringBitmap.bitmapOfRange(0, 30);
    DeletesFile tooMany = DeletionVector.write(table.io, table.path, other.uuid(), many);
    assertThatThrownBy(() -> DeletionVector.read(table.io, table.path, tooMany, 20))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageEndingWith("it is no deletion vector: 30 rows of 20.");
  }

  @Test
  void truncationIsFound() throws Exception {
    everyTruncationIsFound(rows(), this::open);
    everyTruncationIsFound(graph(), this::open);
    everyTruncationIsFound(manifest(), () -> Snapshot.load(table.io, table.path));
  }

  @Test
  void garbageOfTheSameLengthIsFound() throws Exception {
    Random random = new Random(5);
    for (Path file : new Path[] {rows(), graph()}) {
      byte[] original = Files.readAllBytes(file);
      for (int round = 0; round < 200; round++) {
        byte[] garbage = original.clone();
        int from = random.nextInt(garbage.length);
        int to = from + 1 + random.nextInt(garbage.length - from);
        for (int i = from; i < to; i++) {
          garbage[i] = (byte) random.nextInt();
        }
        Files.write(file, garbage);
        assertThatThrownBy(this::open)
            .as("garbage from %d to %d of %s in round %d", from, to, file, round)
            .isInstanceOf(CorruptIndexException.class);
      }
      Files.write(file, original);
    }
  }

  @Test
  void appendedByteIsFound() throws Exception {
    byte[] bytes = Files.readAllBytes(rows());
    Files.write(rows(), Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessage(
            "'%s' is corrupt: it has %d bytes, expected %d.",
            rows(), bytes.length + 1, bytes.length);
  }

  @Test
  void missingFileIsFound() throws Exception {
    Files.delete(graph());
    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessage("'%s' is corrupt: it is missing.", graph());
  }

  @Test
  void exchangedFilesAreFound() throws Exception {
    float[][] vectors = TestTable.random(20, 2);
    vectors[7] = vectors[2];
    SegmentInfo other = table.write(vectors, 0);
    Files.copy(directory.resolve(other.graphFiles().get(0).path()), replaced(graph()));
    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining(graph().toString());
  }

  @Test
  void exchangedManifestIsFound() throws Exception {
    Files.copy(manifest(), directory.resolve(TableLayout.manifest(2)));
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path, 2))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageEndingWith("is corrupt: it is version 1.");
  }

  @Test
  void messageNamesPlaceAndChecksums() throws Exception {
    byte[] bytes = Files.readAllBytes(graph());
    bytes[2 * GraphSection.ALIGNMENT]++;
    Files.write(graph(), bytes);
    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageMatching(
            "'.*graph\\.knit' is corrupt: checksum 0x[0-9a-f]{8} of section 2 at byte 8192,"
                + " expected 0x[0-9a-f]{8}\\.");
  }

  private static void everyFlipIsFound(Path file, ThrowingCallable open) throws Throwable {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < bytes.length(); i++) {
        flip(bytes, i);
        assertThat(thrownBy(open))
            .as("bit %d of byte %d of %s", i % 8, i, file)
            .isInstanceOf(CorruptIndexException.class);
        flip(bytes, i);
      }
    }
    open.call();
  }

  private static void flip(RandomAccessFile bytes, int at) throws IOException {
    bytes.seek(at);
    int value = bytes.read();
    bytes.seek(at);
    bytes.write(value ^ (1 << (at % 8)));
  }

  private static void everyTruncationIsFound(Path file, ThrowingCallable open) throws Exception {
    byte[] original = Files.readAllBytes(file);
    for (int length = 0; length < original.length; length += 1 + length / 50) {
      Files.write(file, Arrays.copyOf(original, length));
      assertThatThrownBy(open)
          .as("%d bytes of %s", length, file)
          .isInstanceOf(CorruptIndexException.class);
    }
    Files.write(file, original);
  }

  private static Throwable thrownBy(ThrowingCallable open) {
    try {
      open.call();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private void open() throws Exception {
    Segment.open(table.io, table.path, snapshot, segment).close();
  }

  private static Path replaced(Path file) throws Exception {
    Files.delete(file);
    return file;
  }

  private Path rows() {
    return directory.resolve(segment.rowsFiles().get(0).path());
  }

  private Path graph() {
    return directory.resolve(segment.graphFiles().get(0).path());
  }

  private Path manifest() {
    return directory.resolve(TableLayout.manifest(1));
  }
}
