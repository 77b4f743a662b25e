package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.FileIO;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many writers that commit to one table at the same time. */
final class CommitContention {
  static final int WRITERS = 16;

  private CommitContention() {}

  /**
   * Lets all writers make {@code commits} commits each; afterwards each has made exactly one
   * version.
   */
  static void run(FileIO io, String table, int commits) throws Exception {
    Snapshot first = TokenTable.first();
    TableCommit.create(io, table, first);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String writer = "writer " + i;
        writers.add(
            threads.submit(
                () -> {
                  start.await();
                  Snapshot base = first;
                  for (int commit = 0; commit < commits; commit++) {
                    CommitKey key = new CommitKey(writer, commit, "digest");
                    base = new TableCommit(io, table).run(base, new NewVersion(), key);
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
    check(io, table, commits);
  }

  private static void check(FileIO io, String table, int commits) throws Exception {
    IndexTable committed = new IndexTable(io, table);
    assertThat(committed.newestVersion()).isEqualTo(1 + WRITERS * commits);
    Set<String> seen = new HashSet<>();
    for (long version = 2; version <= committed.newestVersion(); version++) {
      long made = version;
      committed
          .snapshot(version)
          .ledger()
          .ring()
          .writers()
          .forEach(
              (writer, entries) ->
                  entries.stream()
                      .filter(entry -> entry.version() == made)
                      .forEach(entry -> seen.add(writer + " commit " + entry.id())));
      assertThat(seen).as("commits up to version %d", version).hasSize((int) version - 1);
    }
    assertThat(io.list(TableLayout.resolve(table, TableLayout.log())))
        .hasSize(1 + WRITERS * commits);
  }

  /** Changes nothing but the version. */
  private record NewVersion() implements Change {
    @Override
    public void rebase(Snapshot before, Snapshot theirs) {}

    @Override
    public Snapshot next(Snapshot newest) {
      return newest.next(newest.segments(), Operation.of("test"));
    }
  }
}
