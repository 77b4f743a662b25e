package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.ForwardingFileIO;
import dev.knit.io.HadoopFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewedLeaseTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration(false));
  private String path;
  private TableWriter writer;

  /** Version 2 has a row that version 3 takes away; 2 has expired, and its files have no grace. */
  @BeforeEach
  void tableOfOneRow() throws Exception {
    path = directory.resolve("table").toString();
    TokenTable table = new TokenTable(io, path);
    TableCommit.create(io, path, TokenTable.first());
    writer = new TableWriter(io, path);
    writer.append(Snapshot.load(io, path), List.of(table.write(List.of(1L))), null);
  }

  @Test
  void leaseOutlastsItsTimeUntilItIsClosed() throws Exception {
    Snapshot held = Snapshot.load(io, path, 2);
    try (RenewedLease lease = RenewedLease.take(io, path, 2, SHORT)) {
      writer.rollback(Snapshot.load(io, path, 1));
      writer.expire(3);
      for (int i = 0; i < 4; i++) {
        Thread.sleep(SHORT.toMillis());
        assertThat(Vacuum.run(io, path, Duration.ZERO).files()).isEmpty();
      }
      assertThat(new TokenTable(io, path).content(held)).containsExactly(1L);
      lease.close();
    }
    Thread.sleep(20); // files of this very moment stay
    assertThat(Vacuum.run(io, path, Duration.ZERO).files()).hasSize(1);
    assertThat(io.list(TableLayout.resolve(path, TableLayout.leases()))).isEmpty();
  }

  @Test
  void leaseThatWasNotRenewedOnceIsRenewedTheNextTime() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    FileIO faulty =
        new ForwardingFileIO(io) {
          @Override
          public void replace(String file, byte[] bytes) throws IOException {
            if (writes.incrementAndGet() == 2) {
              throw new IOException("injected");
            }
            super.replace(file, bytes);
          }
        };
    try (RenewedLease lease = RenewedLease.take(faulty, path, 2, SHORT)) {
      for (int i = 0; i < 100 && writes.get() < 4; i++) {
        Thread.sleep(50);
      }
      assertThat(writes.get()).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void leaseOfADroppedTableIsRenewedNoMore() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    FileIO counting =
        new ForwardingFileIO(io) {
          @Override
          public List<String> list(String directory) throws IOException {
            looks.incrementAndGet();
            return super.list(directory);
          }
        };
    try (RenewedLease lease = RenewedLease.take(counting, path, 2, SHORT)) {
      new IndexTable(io, path).drop();
      Thread.sleep(2 * SHORT.toMillis());
      int before = looks.get();
      Thread.sleep(2 * SHORT.toMillis());
      assertThat(looks.get()).isEqualTo(before);
    }
    assertThat(directory.resolve("table")).doesNotExist();
  }

  @Test
  void expiredVersionIsNotLeased() throws Exception {
    writer.expire(2);
    assertThatThrownBy(() -> RenewedLease.take(io, path, 1))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("'%s' has no version 1; there are 2 to 3.".formatted(path));
    assertThat(io.list(TableLayout.resolve(path, TableLayout.leases()))).isEmpty();
  }
}
