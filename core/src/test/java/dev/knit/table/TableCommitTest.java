package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.ForwardingFileIO;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
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
    FileIO io = new FailingCommits(table.io, true, 1);
    TableCommit.create(io, table.path, mine);
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(mine);
  }

  @Test
  void commitThatFailedIsReportedAndMayBeRepeated() throws Exception {
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    FileIO io = new FailingCommits(table.io, false, Integer.MAX_VALUE);
    assertThatThrownBy(() -> TableCommit.create(io, table.path, mine))
        .isInstanceOf(CommitStateUnknownException.class)
        .hasMessage(
            "Whether version 2 of '%s' was committed is not known (The network is gone.); look at its"
                + " history before committing the same again.",
            table.path);
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(first);
    TableCommit.create(table.io, table.path, mine);
  }

  @Test
  void failureAfterAnotherCommittedIsAConflict() throws Exception {
    TableCommit.create(table.io, table.path, first.next(List.of(), Operation.of("delete")));
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    FileIO io = new FailingCommits(table.io, false, 1);
    assertThatThrownBy(() -> TableCommit.create(io, table.path, mine))
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

  @Test
  void commitOfferedAgainIsMadeOnce() throws Exception {
    CommitKey key = new CommitKey("sink", 7, "digest");
    Snapshot made = append(key);
    assertThat(append(key)).isEqualTo(made);
    append(new CommitKey("sink", 9, "digest"));
    assertThat(append(key)).isEqualTo(made);
    assertThat(new IndexTable(table.io, table.path).newestVersion()).isEqualTo(3);
  }

  @Test
  void writerFromAnOldStateIsTold() throws Exception {
    append(new CommitKey("sink", 7, "digest"));
    assertThatThrownBy(() -> append(new CommitKey("sink", 7, "other")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Writer 'sink' offers commit 7, but it has committed up to 7");
    append(new CommitKey("other sink", 1, "other"));
  }

  @Test
  void everyWriterCarriesTheRingOn() throws Exception {
    CommitKey key = new CommitKey("sink", 7, "digest");
    append(key);
    Snapshot newest = Snapshot.load(table.io, table.path);
    TableCommit.create(
        table.io,
        table.path,
        newest.next(table.schema, table.params, List.of(), Operation.of("build")));
    append(key);
    assertThat(new IndexTable(table.io, table.path).newestVersion()).isEqualTo(3);
  }

  @Test
  void versionsThatExpiredCannotBeMadeAgain() throws Exception {
    TableCommit.create(table.io, table.path, first.next(List.of(), Operation.of("delete")));
    table.io.replace(
        TableLayout.resolve(table.path, TableLayout.manifest(2)), ManifestFile.expired());
    Snapshot mine = first.next(List.of(), Operation.of("delete"));
    Change change = RowsChange.append(table.io, table.path, first.segments());
    assertThatThrownBy(() -> new TableCommit(table.io, table.path).run(first, change, null))
        .isInstanceOf(CommitConflictException.class);
    assertThatThrownBy(() -> TableCommit.create(table.io, table.path, mine))
        .isInstanceOf(CommitConflictException.class);
    table.io.delete(TableLayout.resolve(table.path, TableLayout.hint()));
    assertThatThrownBy(() -> new TableCommit(table.io, table.path).run(first, change, null))
        .isInstanceOf(CommitConflictException.class);
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path, 2))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("Version 2 of '%s' has expired; read a newer one.", table.path);
  }

  @Test
  void commitTakesThreeRoundTripsBesideTheData() throws Exception {
    List<String> calls = new ArrayList<>();
    FileIO io =
        (FileIO)
            Proxy.newProxyInstance(
                FileIO.class.getClassLoader(),
                new Class<?>[] {FileIO.class},
                (proxy, method, arguments) -> {
                  calls.add(method.getName());
                  return method.invoke(table.io, arguments);
                });
    Change change =
        RowsChange.append(io, table.path, List.of(table.write(TestTable.random(1, 5), 100)));
    new TableCommit(io, table.path).run(first, change, new CommitKey("sink", 1, "digest"));
    assertThat(calls).containsExactly("open", "createIfAbsent", "replace");
  }

  @Test
  void hintThatIsTornOldOrMissingDoesNotHideTheNewest() throws Exception {
    for (int i = 0; i < 20; i++) {
      append(new CommitKey("sink", i, "digest"));
    }
    String hint = TableLayout.resolve(table.path, TableLayout.hint());
    for (String text :
        List.of(
            "%020d".formatted(21),
            "%020d".formatted(3),
            "%020d".formatted(20),
            "%020d".formatted(99),
            "000",
            "",
            "99999999999999999999",
            "x".repeat(20))) {
      table.io.replace(hint, text.getBytes(StandardCharsets.US_ASCII));
      assertThat(Snapshot.load(table.io, table.path).version()).as(text).isEqualTo(21);
    }
    table.io.delete(hint);
    assertThat(Snapshot.load(table.io, table.path).version()).isEqualTo(21);
  }

  private Snapshot append(CommitKey key) throws IOException {
    Snapshot newest = Snapshot.load(table.io, table.path);
    Change change =
        RowsChange.append(table.io, table.path, List.of(table.write(TestTable.random(1, 5), 100)));
    return new TableCommit(table.io, table.path).run(newest, change, key);
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
  private static final class FailingCommits extends ForwardingFileIO {
    private final boolean afterEffect;
    private int failures;

    FailingCommits(FileIO io, boolean afterEffect, int failures) {
      super(io);
      this.afterEffect = afterEffect;
      this.failures = failures;
    }

    @Override
    public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
      if (failures-- <= 0) {
        return io.createIfAbsent(path, bytes);
      }
      if (afterEffect) {
        io.createIfAbsent(path, bytes);
      }
      throw new IOException("The network is gone.");
    }
  }
}
