package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCommitTest {
  private static final int WRITERS = 4;
  private static final int COMMITS = 10;

  @TempDir Path directory;
  private TestTable table;
  private Snapshot first;

  @BeforeEach
  void tableOfOneVersion() throws Exception {
    table = new TestTable(directory);
    first = table.commit(TestTable.random(3, 1));
  }

  @Test
  void commitFailsWhenVersionExists() throws Exception {
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    Snapshot theirs = first.next(first.segments(), Operation.of("append"));
    TableCommit.create(table.io, table.path, theirs);
    assertThatThrownBy(() -> TableCommit.create(table.io, table.path, mine))
        .isInstanceOf(CommitConflictException.class)
        .hasMessage(
            "Snapshot 2 of '%s' was committed by another writer; re-read the table and retry.",
            table.path);
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(theirs);
  }

  @Test
  void commitMayBeRepeated() throws Exception {
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    TableCommit.create(table.io, table.path, mine);
    assertThatCode(() -> TableCommit.create(table.io, table.path, mine)).doesNotThrowAnyException();
  }

  @Test
  void commitThatHappenedButWasReportedAsFailedSucceeds() throws Exception {
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    FileIO io = new FailingCommits(table.io, true);
    TableCommit.create(io, table.path, mine);
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(mine);
  }

  @Test
  void commitThatFailedIsReportedAndMayBeRepeated() throws Exception {
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    FileIO io = new FailingCommits(table.io, false);
    assertThatThrownBy(() -> TableCommit.create(io, table.path, mine))
        .isInstanceOf(IOException.class)
        .hasMessage("The network is gone.");
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(first);
    TableCommit.create(table.io, table.path, mine);
  }

  @Test
  void failureAfterAnotherCommittedIsAConflict() throws Exception {
    TableCommit.create(table.io, table.path, first.next(List.of(), Operation.of("delete")));
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    assertThatThrownBy(
            () -> TableCommit.create(new FailingCommits(table.io, false), table.path, mine))
        .isInstanceOf(CommitConflictException.class);
  }

  @Test
  void writersThatRetryAllSucceedOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            threads.submit(
                () -> {
                  start.await();
                  for (int commit = 0; commit < COMMITS; commit++) {
                    commitWithRetries();
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    IndexTable committed = new IndexTable(table.io, table.path);
    assertThat(committed.newestVersion()).isEqualTo(1 + WRITERS * COMMITS);
    for (long version = 2; version <= committed.newestVersion(); version++) {
      assertThat(committed.snapshot(version).parentVersion()).isEqualTo(version - 1);
    }
  }

  private void commitWithRetries() throws IOException {
    while (true) {
      try {
        Snapshot newest = Snapshot.load(table.io, table.path);
        TableCommit.create(
            table.io, table.path, newest.next(newest.segments(), Operation.of("append")));
        return;
      } catch (CommitConflictException e) {
        // another was faster
      }
    }
  }

  /** Storage on which creating in one step fails, before or after its effect. */
  private record FailingCommits(FileIO io, boolean afterEffect) implements FileIO {
    @Override
    public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
      if (afterEffect) {
        io.createIfAbsent(path, bytes);
      }
      throw new IOException("The network is gone.");
    }

    @Override
    public InputStream open(String path) throws IOException {
      return io.open(path);
    }

    @Override
    public OutputStream create(String path) throws IOException {
      return io.create(path);
    }

    @Override
    public long length(String path) throws IOException {
      return io.length(path);
    }

    @Override
    public boolean exists(String path) throws IOException {
      return io.exists(path);
    }

    @Override
    public List<String> list(String path) throws IOException {
      return io.list(path);
    }

    @Override
    public void deleteDirectory(String path) throws IOException {
      io.deleteDirectory(path);
    }
  }
}
