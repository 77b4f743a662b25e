package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.ForwardingFileIO;
import dev.knit.io.MemoryFileIO;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments of tables elsewhere are read from copies on this machine. */
class LocalCopiesTest {
  private static final String DIRECTORY = "knit.local.dir";
  private static final String BYTES = "knit.local.bytes";

  @TempDir Path directory;
  private final AtomicInteger opened = new AtomicInteger();
  private final FileIO io =
      new ForwardingFileIO(new MemoryFileIO()) {
        @Override
        public InputStream open(String path) throws IOException {
          opened.incrementAndGet();
          return super.open(path);
        }
      };
  private String before;
  private Path copies;
  private Snapshot snapshot;
  private SegmentInfo segment;

  @BeforeEach
  void tableElsewhere() throws Exception {
    before = System.setProperty(DIRECTORY, directory.toString());
    copies = directory.resolve("knit-" + System.getProperty("user.name"));
    TestTable table = new TestTable(directory.resolve("table"), Metric.COSINE, Quantization.INT8);
    snapshot = table.commit(TestTable.random(200, 1));
    segment = snapshot.segments().get(0);
    for (StoredFile file : segment.files()) {
      io.replace("/table/" + file.path(), Files.readAllBytes(Path.of(table.path, file.path())));
    }
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(BYTES);
    if (before == null) {
      System.clearProperty(DIRECTORY);
    } else {
      System.setProperty(DIRECTORY, before);
    }
    assertThat(ArrowMemory.used()).isZero();
  }

  @Test
  void filesAreReadOnceForAllThatOpenASegment() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<Object>> opening = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      opening.add(() -> ids());
    }
    for (Future<Object> ids : threads.invokeAll(opening)) {
      assertThat(ids.get()).isEqualTo(200);
    }
    threads.shutdown();
    assertThat(opened).hasValue(2); // rows and graph; nobody looks for an id
    assertThat(names()).hasSize(3); // and the codes
  }

  @Test
  void damagedCopiesAreMadeAgain() throws Exception {
    ids();
    Random random = new Random(4);
    for (int round = 0; round < 60; round++) {
      for (Path copy : names()) {
        byte[] bytes = Files.readAllBytes(copy);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        int length = round % 3 == 0 ? random.nextInt(bytes.length) : bytes.length;
        Files.write(copy, Arrays.copyOf(bytes, length));
      }
      assertThat(ids()).isEqualTo(200);
    }
    assertThat(opened).hasValue(2 + 2 * 60);
  }

  @Test
  void damageElsewhereIsToldAndNoCopyStays() throws Exception {
    StoredFile rows = segment.rowsFiles().get(0);
    byte[] bytes = io.read("/table/" + rows.path(), 0, (int) rows.bytes());
    bytes[bytes.length / 2]++;
    io.replace("/table/" + rows.path(), bytes);
    assertThatThrownBy(this::ids)
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageStartingWith("'/table/%s' is corrupt: checksum".formatted(rows.path()));
    assertThat(names()).hasSize(1); // the graph
  }

  @Test
  void copiesUsedLongestAgoMakeRoom() throws Exception {
    LocalCopies local = LocalCopies.open();
    System.setProperty(BYTES, "250");
    for (String key : List.of("a", "b")) {
      local.get(key, out -> out.write(new byte[100]));
      Files.setLastModifiedTime(copies.resolve(key), FileTime.fromMillis("ab".indexOf(key)));
    }
    local.get("a", out -> out.write(new byte[100])); // is used again
    local.get("c", out -> out.write(new byte[100]));
    assertThat(names()).extracting(path -> path.getFileName().toString()).containsExactly("a", "c");
  }

  @Test
  void failedCopyLeavesNothing() throws Exception {
    LocalCopies local = LocalCopies.open();
    assertThatThrownBy(
            () ->
                local.get(
                    "a",
                    out -> {
                      out.write(1);
                      throw new IOException("injected");
                    }))
        .hasMessage("injected");
    assertThat(names()).isEmpty();
  }

  @Test
  void directoryThatOthersMayUseIsRefused() throws Exception {
    ids();
    Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(this::ids)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Local copies need a directory of one's own, '%s', which cannot be had: it is not one that only its owner may use; name another place by -Dknit.local.dir."
                .formatted(copies));
    System.setProperty(DIRECTORY, directory.resolve("missing").toString());
    assertThatThrownBy(this::ids)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("name another place by -Dknit.local.dir");
  }

  /** Opens the segment and searches it; returns its rows. */
  private int ids() throws IOException {
    try (Segment open = Segment.open(io, "/table", snapshot, segment)) {
      float[] query = TestTable.random(200, 1)[7];
      Hits hits = new IndexSearcher(List.of(open)).search(query, 1, 50);
      assertThat(open.id(hits.row(0))).isEqualTo(7L);
      return open.rows();
    }
  }

  /** The copies. */
  private List<Path> names() throws IOException {
    try (Stream<Path> files = Files.list(copies)) {
      return files.filter(f -> !f.getFileName().toString().startsWith("lock-")).sorted().toList();
    }
  }
}
