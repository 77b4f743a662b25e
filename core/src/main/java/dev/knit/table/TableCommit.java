package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;

/**
 * Commits snapshots. The manifest of a version is created once and never changed; whoever creates
 * it has committed. Steps of a commit that others may disturb:
 *
 * <ol>
 *   <li>Go through all versions behind the one the change was prepared on, so that it takes them
 *       into account.
 *   <li>If the newest knows the commit's key, it was made before: done.
 *   <li>Offer the manifest of the next version. After a failure offer the very same bytes again
 *       until the version is there; its commitUuid tells whose it is. So a write that takes effect
 *       late is known as one's own.
 *   <li>If it is another's, wait a random time and start over.
 * </ol>
 */
public final class TableCommit {
  private static final int ATTEMPTS = 60;
  private static final int OFFERS = 6;

  private final FileIO io;
  private final String table;
  private final VersionLog log;
  private final long firstMillis;
  private final Runnable conflict;

  TableCommit(FileIO io, String table) {
    this(io, table, () -> {});
  }

  /** A committer that tells {@code conflict} each time that another was faster. */
  TableCommit(FileIO io, String table, Runnable conflict) {
    this(io, table, Backoff.FIRST_MILLIS, conflict);
  }

  /** A committer whose first waits are up to {@code firstMillis} long. */
  TableCommit(FileIO io, String table, long firstMillis) {
    this(io, table, firstMillis, () -> {});
  }

  private TableCommit(FileIO io, String table, long firstMillis, Runnable conflict) {
    this.io = io;
    this.table = table;
    this.firstMillis = firstMillis;
    this.conflict = conflict;
    this.log = new VersionLog(io, table);
  }

  /**
   * Commits {@code snapshot} as its version. All files it names must have been written and closed.
   * May be called again with the same snapshot after any failure. The first version of a table is
   * committed only where {@link StorageProbe} passes.
   *
   * @throws CommitConflictException when another commit has the version
   * @throws CommitStateUnknownException when the storage failed without telling the outcome
   * @throws UnsupportedFormatException when a newer Knit must write to this table
   */
  public static void create(FileIO io, String table, Snapshot snapshot) throws IOException {
    checkWritable(table, snapshot);
    if (snapshot.version() == 1) {
      StorageProbe.run(io, table);
    }
    TableCommit commit = new TableCommit(io, table);
    if (!commit.offer(snapshot)) {
      throw new CommitConflictException(table, snapshot.version());
    }
    commit.log.tell(snapshot.version());
  }

  /**
   * Commits a change that was prepared on {@code base}.
   *
   * @param key names the commit, so that it is made once; null for none
   * @return the version that was made, now or, with a key, before
   * @throws CommitConflictException when a commit since cannot stand beside it, or there were too
   *     many
   * @throws NoSuchIndexException when the table was dropped before
   * @throws CommitStateUnknownException as {@link #create}; after any other nothing was changed
   */
  Snapshot run(Snapshot base, Change change, CommitKey key) throws IOException {
    checkWritable(table, base);
    Backoff backoff = new Backoff(ATTEMPTS, firstMillis);
    long hint = log.hint();
    if (hint == 0) { // it goes with the table
      IndexTable.requireThere(io, table);
    }
    Snapshot newest = hint > base.version() ? catchUp(base, change) : base;
    while (true) {
      OptionalLong made = key == null ? OptionalLong.empty() : newest.ledger().ring().version(key);
      if (made.isPresent()) {
        return made.getAsLong() == newest.version() ? newest : made(newest, made.getAsLong());
      }
      Snapshot next = change.next(newest);
      if (next.version() == newest.version()) {
        return newest;
      }
      next = key == null ? next : next.with(next.ledger().with(key, next.version()));
      if (offer(next)) {
        log.tell(next.version());
        return next;
      }
      conflict.run();
      if (!backoff.again()) {
        throw new CommitConflictException(table, next.version());
      }
      backoff.pause();
      newest = catchUp(newest, change);
    }
  }

  /** The version that a commit made, or the newest when that has expired. */
  private Snapshot made(Snapshot newest, long version) throws IOException {
    return newest.ledger().keeps(version) ? read(version) : newest;
  }

  /** Takes all versions behind {@code base} into account and returns the last. */
  private Snapshot catchUp(Snapshot base, Change change) throws IOException {
    Snapshot newest = base;
    while (true) {
      Snapshot theirs;
      try {
        theirs = read(newest.version() + 1);
      } catch (FileNotFoundException e) {
        return newest; // also when a damaged hint has promised more
      } catch (NoSuchIndexException e) {
        throw new CommitConflictException(table, newest.version() + 1); // it was there, and expired
      }
      checkWritable(table, theirs);
      change.rebase(newest, theirs);
      newest = theirs;
    }
  }

  private Snapshot read(long version) throws IOException {
    for (Backoff backoff = new Backoff(OFFERS, firstMillis); ; backoff.pause()) {
      try {
        return ManifestFile.read(io, table, version);
      } catch (FileNotFoundException
          | CorruptIndexException
          | UnsupportedFormatException
          | NoSuchIndexException e) {
        throw e;
      } catch (IOException e) {
        if (!backoff.again()) {
          throw e;
        }
      }
    }
  }

  /**
   * Offers a snapshot as its version until that is decided; returns whether it was taken. A pending
   * interrupt does not keep the outcome from being found out.
   */
  private boolean offer(Snapshot snapshot) throws IOException {
    String file = TableLayout.resolve(table, TableLayout.manifest(snapshot.version()));
    byte[] bytes = ManifestFile.bytes(snapshot);
    Backoff backoff = new Backoff(OFFERS, firstMillis);
    boolean failed = false;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return io.createIfAbsent(file, bytes) || isMine(snapshot);
        } catch (IOException | UncheckedIOException | Error e) { // a full disk may be an Error
          interrupted |= Thread.interrupted();
          boolean expired = e instanceof NoSuchIndexException;
          if (expired && !failed) {
            return false; // it was another's, long ago
          }
          failed = true;
          if (expired || !backoff.again()) {
            throw new CommitStateUnknownException(table, snapshot.version(), e);
          }
        }
        interrupted |= backoff.pauseThroughInterrupts();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isMine(Snapshot snapshot) throws IOException {
    Snapshot committed = ManifestFile.read(io, table, snapshot.version());
    return committed.commitUuid().equals(snapshot.commitUuid());
  }

  /** Refuses a table that a newer Knit must write to. */
  static void checkWritable(String table, Snapshot snapshot) throws IOException {
    for (String feature : snapshot.writerFeatures()) {
      if (!ManifestJson.WRITER_FEATURES.contains(feature)) {
        throw new UnsupportedFormatException(table, "must be written with '%s'".formatted(feature));
      }
    }
  }
}
