package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.FaultyFileIO;
import dev.knit.io.FileIO;
import dev.knit.io.MemoryFileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FSError;
import org.roaringbitmap.RoaringBitmap;

/**
 * A random history of some writers on a storage that fails, and the same history on a model: a set
 * of rows that the committed operations change one after another. A row is {@code key · 1,000,000 +
 * serial}; an upsert takes the place of all rows of its key.
 *
 * <p>While one writer is in an operation another may run one: before any step on the storage. What
 * writers were told is compared with what the versions say in the end.
 */
final class CommitHistory {
  private static final String PATH = "/table";
  private static final int WRITERS = 3;
  private static final long SERIALS = 1_000_000;

  private final Random random;
  private final FileIO storage = new MemoryFileIO();
  private final TokenTable stored = new TokenTable(storage, PATH);
  private final FaultyFileIO io;
  private final TokenTable table;
  private final double interleaving;
  private final Snapshot[] known = new Snapshot[WRITERS];
  private final Set<Integer> busy = new HashSet<>();
  private final Map<String, UnaryOperator<TreeSet<Long>>> effects = new HashMap<>();
  private final Map<String, Set<Long>> doomedBy = new HashMap<>();
  private final Set<String> repeatable = new HashSet<>();
  private final Set<String> visible = new HashSet<>();
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final List<TreeSet<Long>> contents = new ArrayList<>();
  private long serial;
  private long commits;
  int failed;
  int unknown;
  int conflicts;

  CommitHistory(long seed) throws IOException {
    random = new Random(seed);
    interleaving = random.nextInt(3) * 0.02;
    double faults = random.nextInt(4) * 0.04;
    Snapshot first = TokenTable.first();
    TableCommit.create(storage, PATH, first);
    Arrays.fill(known, first);
    io = new FaultyFileIO(storage, random, faults / 4, faults, this::interleave);
    table = new TokenTable(io, PATH);
  }

  void run(int operations) throws IOException {
    for (int i = 0; i < operations; i++) {
      operate();
      assertThat(busy).isEmpty();
    }
    io.settle();
    check();
  }

  private void interleave() {
    if (!busy.isEmpty() && random.nextDouble() < interleaving) {
      boolean interrupted = Thread.interrupted(); // that was another writer's thread
      operate();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void operate() {
    int writer = random.nextInt(WRITERS);
    if (!busy.add(writer)) {
      return;
    }
    try {
      if (random.nextInt(4) > 0) {
        known[writer] = Snapshot.load(io, PATH);
      }
      operate(writer);
    } catch (IOException | FSError e) {
      failed++; // to read or to write a file: the operation did not come to its commit
    } finally {
      busy.remove(writer);
      Thread.interrupted();
    }
  }

  /** Prepares an operation on what a writer knows, and commits it, offering it again at times. */
  private void operate(int writer) throws IOException {
    String token = "commit " + commits++;
    Preparation preparation = preparation(token);
    CommitKey key = new CommitKey("writer " + writer, commits, token);
    boolean told = true;
    while (true) {
      Change change = preparation.on(known[writer]);
      if (change == null) {
        return;
      }
      try {
        known[writer] = new TableCommit(io, PATH, 0).run(known[writer], change, key);
        acknowledged.put(token, known[writer].version());
        return;
      } catch (CommitStateUnknownException e) {
        unknown++;
        told = false;
        Thread.interrupted();
        if (!repeatable.contains(token) || random.nextInt(3) == 0) {
          return;
        }
        known[writer] = Snapshot.load(io, PATH);
      } catch (IOException e) {
        conflicts += e instanceof CommitConflictException ? 1 : 0;
        if (told) {
          refused.add(token);
        }
        return;
      }
    }
  }

  private interface Preparation {
    /** Null when there is nothing to do. */
    Change on(Snapshot base) throws IOException;
  }

  private Preparation preparation(String token) throws IOException {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> append(token);
      case 3, 4 -> base -> delete(base, token);
      case 5, 6 -> base -> upsert(base, token);
      case 7 -> base -> compact(base, token);
      case 8 -> random.nextInt(3) == 0 ? base -> overwrite(base, token) : append(token);
      default -> base -> rollback(base, token);
    };
  }

  private Preparation append(String token) throws IOException {
    List<Long> rows = rows(1 + random.nextInt(4));
    List<SegmentInfo> written = List.of(table.write(rows));
    effects.put(token, content -> with(content, rows));
    repeatable.add(token);
    visible.add(token);
    return base -> RowsChange.append(io, PATH, written);
  }

  private List<Long> rows(int count) {
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      serial++;
      rows.add(serial * SERIALS + serial);
    }
    return rows;
  }

  private Change delete(Snapshot base, String token) throws IOException {
    Set<Long> doomed = new HashSet<>();
    RowDeletes deletes = new RowDeletes(io, PATH);
    for (SegmentInfo segment : base.segments()) {
      if (random.nextBoolean()) {
        RoaringBitmap rows = table.rows(segment, row -> random.nextInt(3) == 0);
        List<Long> tokens = table.all(segment);
        rows.forEach((int row) -> doomed.add(tokens.get(row)));
        deletes.add(segment.uuid(), rows);
      }
    }
    doomedBy.put(token, doomed);
    effects.put(
        token,
        content -> {
          TreeSet<Long> left = new TreeSet<>(content);
          left.removeAll(doomed);
          return left;
        });
    return RowsChange.delete(PATH, deletes);
  }

  private Change upsert(Snapshot base, String token) throws IOException {
    TreeSet<Long> there = stored.content(base);
    List<Long> rows = rows(1);
    for (long row : there) {
      if (random.nextInt(4) == 0) {
        serial++;
        rows.add(row / SERIALS * SERIALS + serial);
      }
    }
    Set<Long> keys = new HashSet<>();
    rows.forEach(row -> keys.add(row / SERIALS));
    visible.add(token);
    effects.put(
        token,
        content -> {
          TreeSet<Long> left = new TreeSet<>(content);
          left.removeIf(old -> keys.contains(old / SERIALS));
          left.addAll(rows);
          return left;
        });
    RowDeletes deletes = new RowDeletes(io, PATH);
    RowsChange.NewIds replaced =
        (snapshot, segment, found) ->
            found.add(segment.uuid(), table.rows(segment, old -> keys.contains(old / SERIALS)));
    for (SegmentInfo segment : base.segments()) {
      replaced.replaced(base, segment, deletes);
    }
    SegmentInfo written = table.write(rows);
    return RowsChange.upsert(PATH, List.of(written), deletes, replaced);
  }

  private Change compact(Snapshot base, String token) throws IOException {
    List<SegmentInfo> inputs = new ArrayList<>(base.segments());
    inputs.removeIf(segment -> random.nextInt(3) == 0);
    if (inputs.isEmpty()) {
      return null;
    }
    effects.put(token, content -> content);
    return table.compaction(inputs);
  }

  private Change overwrite(Snapshot base, String token) throws IOException {
    List<Long> rows = rows(2);
    effects.put(token, content -> with(new TreeSet<>(), rows));
    visible.add(token);
    Snapshot draft =
        base.next(
            base.schema(),
            base.params(),
            List.of(table.write(rows)),
            Operation.of(Operation.BUILD));
    return ReplaceChange.overwrite(PATH, draft);
  }

  private Change rollback(Snapshot base, String token) throws IOException {
    long version = 1L + random.nextInt((int) base.version());
    Snapshot target = Snapshot.load(io, PATH, version);
    effects.put(token, content -> contents.get((int) version));
    visible.add(token);
    return ReplaceChange.rollback(PATH, target);
  }

  private static TreeSet<Long> with(TreeSet<Long> content, List<Long> rows) {
    TreeSet<Long> more = new TreeSet<>(content);
    more.addAll(rows);
    return more;
  }

  /** Goes through all versions. */
  private void check() throws IOException {
    IndexTable index = new IndexTable(storage, PATH);
    long newest = index.newestVersion();
    assertThat(storage.list("/table/_knit/log")).hasSize((int) newest);
    Map<String, Long> versions = new TreeMap<>();
    contents.add(null);
    contents.add(new TreeSet<>());
    Snapshot before = index.snapshot(1);
    for (long version = 2; version <= newest; version++) {
      Snapshot snapshot = index.snapshot(version);
      assertThat(snapshot.parentVersion()).isEqualTo(version - 1);
      assertThat(snapshot.timestamp()).isGreaterThan(before.timestamp());
      String token = token(snapshot);
      assertThat(versions.put(token, version)).as("version of " + token).isNull();
      contents.add(effects.get(token).apply(contents.get((int) version - 1)));
      assertThat(stored.content(snapshot))
          .as("version %d: %s, %s", version, snapshot.operation(), token)
          .isEqualTo(contents.get((int) version));
      before = snapshot;
    }
    acknowledged.forEach(
        (token, version) -> {
          if (versions.containsKey(token)) {
            assertThat(versions.get(token)).as(token).isEqualTo(version);
          } else {
            assertThat(visible)
                .as("commits that were told, but are not there")
                .doesNotContain(token);
            Set<Long> doomed = doomedBy.getOrDefault(token, Set.of());
            assertThat(Collections.disjoint(contents.get(version.intValue()), doomed))
                .as("all rows of %s are gone", token)
                .isTrue();
          }
        });
    refused.retainAll(versions.keySet());
    assertThat(refused).as("commits that were refused, but are there").isEmpty();
  }

  /** The commit that made a version, by its ring. */
  private static String token(Snapshot snapshot) {
    List<String> made = new ArrayList<>();
    for (List<CommitRing.Entry> entries : snapshot.ledger().ring().writers().values()) {
      for (CommitRing.Entry entry : entries) {
        if (entry.version() == snapshot.version()) {
          made.add(entry.digest());
        }
      }
    }
    assertThat(made).as("commits of version %d", snapshot.version()).hasSize(1);
    return made.get(0);
  }
}
