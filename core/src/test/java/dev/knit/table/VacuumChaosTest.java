package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Old versions expire and garbage goes every 100 ms, without any grace, while slow writers and
 * readers with leases are at work. {@code knit.chaos.seconds} says for how long.
 */
class VacuumChaosTest {
  private static final int SECONDS = Integer.getInteger("knit.chaos.seconds", 6);
  private static final Duration LEASE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration(false));
  private final AtomicLong serial = new AtomicLong();
  private final AtomicLong removed = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private String path;
  private TokenTable table;
  private long end;

  @Test
  void noFileThatSomebodyNeedsIsRemoved() throws Exception {
    path = directory.resolve("table").toUri().toString();
    table = new TokenTable(io, path);
    TableCommit.create(io, path, TokenTable.first());
    end = System.nanoTime() + SECONDS * 1_000_000_000L;
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Callable<Set<Long>>> work =
        List.of(
            () -> append(1),
            () -> append(2),
            () -> read(3),
            () -> read(4),
            this::compact,
            this::vacuum);
    TreeSet<Long> appended = new TreeSet<>();
    for (Future<Set<Long>> done : threads.invokeAll(work)) {
      appended.addAll(done.get());
    }
    threads.shutdown();
    assertThat(table.content(Snapshot.load(io, path))).isEqualTo(appended);
    assertThat(removed.get()).as("files removed").isGreaterThan(SECONDS);
    assertThat(reads.get()).as("versions read").isGreaterThan(SECONDS);
  }

  private Set<Long> append(int seed) throws Exception {
    Random random = new Random(seed);
    Set<Long> appended = new TreeSet<>();
    while (System.nanoTime() < end) {
      Snapshot base = Snapshot.load(io, path);
      try (TableLease lease = lease(base)) {
        long row = serial.incrementAndGet();
        SegmentInfo segment = table.write(List.of(row));
        Thread.sleep(random.nextInt(300));
        Change append = RowsChange.append(io, path, List.of(segment));
        if (lease != null && committed(base, append)) {
          appended.add(row);
        }
      }
    }
    return appended;
  }

  /** Commits that come too late are refused as a whole: their base has expired. */
  private boolean committed(Snapshot base, Change change) throws IOException {
    try {
      new TableCommit(io, path).run(base, change, null);
      return true;
    } catch (CommitConflictException e) {
      return false;
    }
  }

  /** Null when the version expired before it could be leased. */
  private TableLease lease(Snapshot snapshot) throws IOException {
    try {
      return TableLease.take(io, path, snapshot.version(), LEASE);
    } catch (NoSuchIndexException e) {
      return null;
    }
  }

  private Set<Long> read(int seed) throws Exception {
    Random random = new Random(seed);
    while (System.nanoTime() < end) {
      Snapshot snapshot = Snapshot.load(io, path);
      try (TableLease lease = lease(snapshot)) {
        if (lease == null) {
          continue;
        }
        TreeSet<Long> content = table.content(snapshot);
        for (int again = 0; again < 4; again++) {
          Thread.sleep(random.nextInt(150));
          assertThat(table.content(Snapshot.load(io, path, snapshot.version()))).isEqualTo(content);
        }
        reads.incrementAndGet();
      }
    }
    return Set.of();
  }

  private Set<Long> compact() throws Exception {
    while (System.nanoTime() < end) {
      Snapshot base = Snapshot.load(io, path);
      try (TableLease lease = lease(base)) {
        List<SegmentInfo> inputs = new ArrayList<>(base.segments());
        if (lease != null && inputs.size() > 2) {
          committed(base, table.compaction(inputs));
        }
      }
      Thread.sleep(50);
    }
    return Set.of();
  }

  private Set<Long> vacuum() throws Exception {
    while (System.nanoTime() < end) {
      new TableWriter(io, path).expire(new IndexTable(io, path).newestVersion());
      removed.addAndGet(Vacuum.run(io, path, Duration.ZERO).files().size());
      Thread.sleep(100);
    }
    return Set.of();
  }
}
