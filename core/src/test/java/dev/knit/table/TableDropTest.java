package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.ForwardingFileIO;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is dropped leaves no file, whoever is using it, and nobody makes it anew. */
class TableDropTest {
  @TempDir Path directory;
  private Path path;
  private TestTable table;
  private Snapshot base;

  @BeforeEach
  void createTable() throws IOException {
    path = directory.resolve("table");
    table = new TestTable(path, Metric.L2);
    base = table.commit(TestTable.random(30, 1), TestTable.random(30, 2));
  }

  private void drop() throws IOException {
    new IndexTable(table.io, table.path).drop();
    assertThat(path).doesNotExist();
  }

  @Test
  void whatIsNotThereMayBeDropped() throws Exception {
    drop();
    drop();
    assertThat(new IndexTable(table.io, table.path).exists()).isFalse();
  }

  @Test
  void aSegmentThatWasBegunIsNotSealed() throws Exception {
    try (GrowingSegment segment = new GrowingSegment(table.io, table.path, base, 1)) {
      fill(segment);
      drop();
      assertThatThrownBy(segment::seal)
          .isInstanceOf(NoSuchIndexException.class)
          .hasMessage(
              "'%s' is no Knit index any more: it has no version, so it was dropped or moved.",
              table.path);
    } catch (IOException e) {
      assertThat(path).doesNotExist(); // its file cannot be closed in peace
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void noSegmentIsBegun() throws Exception {
    try (GrowingSegment segment = new GrowingSegment(table.io, table.path, base, 1)) {
      drop();
      assertThatThrownBy(() -> fill(segment)).isInstanceOf(NoSuchIndexException.class);
    }
    assertThat(path).doesNotExist();
  }

  /** As in a job that runs for weeks. */
  @Test
  void aSegmentOfATableWhoseOldVersionsAreGoneIsSealed() throws Exception {
    try (GrowingSegment segment = new GrowingSegment(table.io, table.path, base, 1)) {
      TableWriter writer = new TableWriter(table.io, table.path);
      writer.append(base, List.of(table.write(TestTable.random(5, 4), 100)), null);
      writer.expire(1);
      assertThat(Vacuum.run(table.io, table.path, Duration.ZERO).versions()).contains(1L);

      fill(segment);
      assertThat(writer.apply(List.of(segment.seal()), null).rows()).isGreaterThan(1000);
    }
  }

  private static void fill(GrowingSegment segment) throws IOException {
    float[][] vectors = TestTable.random(1000, 3);
    for (int row = 0; row < vectors.length; row++) {
      segment.upsert((long) row, vectors[row], new Object[] {"row " + row});
    }
  }

  @Test
  void aCompactionGivesUp() throws Exception {
    List<UUID> segments = base.segments().stream().map(SegmentInfo::uuid).toList();
    AtomicInteger copied = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Compactor.compact(
                    table.io,
                    table.path,
                    segments,
                    1,
                    rows -> {
                      if (copied.addAndGet(rows) == base.rows()) {
                        dropUnchecked();
                      }
                    }))
        .isInstanceOf(NoSuchIndexException.class);
    assertThat(path).doesNotExist();
  }

  private void dropUnchecked() {
    try {
      drop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLeaseIsNotRenewed() throws Exception {
    try (TableLease lease = TableLease.take(table.io, table.path, 1, Duration.ofMinutes(1))) {
      drop();
      assertThatThrownBy(lease::renew).isInstanceOf(NoSuchIndexException.class);
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aCommitThatIsUnderWayMakesNoVersion() throws Exception {
    SegmentInfo segment = table.write(TestTable.random(5, 4), 100);
    FileIO dropped =
        new ForwardingFileIO(table.io) {
          @Override
          public InputStream open(String file) throws IOException {
            if (file.endsWith(TableLayout.hint())) {
              drop();
            }
            return super.open(file);
          }
        };
    TableWriter writer = new TableWriter(dropped, table.path);
    assertThatThrownBy(() -> writer.append(base, List.of(segment), null))
        .isInstanceOf(NoSuchIndexException.class);
    assertThat(path).doesNotExist();
  }

  /** Writers go on until they are told. What one that is held up does then goes the next time. */
  @Test
  void allWritersFindOut() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> writers = List.of(threads.submit(this::write), threads.submit(this::write));
      while (new IndexTable(table.io, table.path).newestVersion() < 6) {
        Thread.sleep(1);
      }
      new IndexTable(table.io, table.path).drop();
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    drop();
  }

  /** Upserts, segment after segment, until that fails. */
  private void write() {
    try {
      while (true) {
        try (GrowingSegment segment = new GrowingSegment(table.io, table.path, base, 1)) {
          fill(segment);
          new TableWriter(table.io, table.path).apply(List.of(segment.seal()), null);
        }
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(table.path); // it was told, and goes
    }
  }
}
