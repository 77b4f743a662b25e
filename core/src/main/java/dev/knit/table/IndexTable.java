package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** An index table by its directory. Holds no state: each call looks at the storage. */
public final class IndexTable {
  private static final int DELETES = 20;
  private static final int PAUSE_MILLIS = 100;

  private final FileIO io;
  private final String path;

  /** The table in the directory {@code path}, which need not exist. */
  public IndexTable(FileIO io, String path) {
    this.io = io;
    this.path = path;
  }

  /** Its directory. */
  public String path() {
    return path;
  }

  /** Whether a version was ever committed. */
  public boolean exists() throws IOException {
    return newestVersion() > 0;
  }

  /** The newest version; 0 when there is none. */
  public long newestVersion() throws IOException {
    return new VersionLog(io, path).newest();
  }

  /**
   * The newest snapshot.
   *
   * @throws NoSuchIndexException when no version was ever committed
   * @throws CorruptIndexException when its manifest is damaged
   * @throws UnsupportedFormatException when a newer Knit wrote it
   */
  public Snapshot snapshot() throws IOException {
    return snapshot(existing());
  }

  /**
   * The snapshot of one version; errors as for {@link #snapshot()}.
   *
   * @throws NoSuchIndexException also when there is no such version
   */
  public Snapshot snapshot(long version) throws IOException {
    try {
      return ManifestFile.read(io, path, version);
    } catch (FileNotFoundException e) {
      throw new NoSuchIndexException(
          "'%s' has no version %d; the newest is %d.".formatted(path, version, existing()));
    }
  }

  /**
   * The version that was the newest at some time.
   *
   * @throws NoSuchIndexException also when the table is younger, or its versions of then have
   *     expired
   */
  public Snapshot snapshot(Instant time) throws IOException {
    Snapshot newest = snapshot();
    long earliest = newest.ledger().earliestVersion();
    long then = earliest - 1; // at that time or before
    long later = newest.version() + 1;
    while (later - then > 1) {
      long middle = then + (later - then) / 2;
      if (!Instant.ofEpochMilli(snapshot(middle).timestamp()).isAfter(time)) {
        then = middle;
      } else {
        later = middle;
      }
    }
    if (then < earliest) {
      throw new NoSuchIndexException(
          "'%s' has no version of %s; the earliest, %d, is of %s."
              .formatted(
                  path, time, earliest, Instant.ofEpochMilli(snapshot(earliest).timestamp())));
    }
    return snapshot(then);
  }

  /**
   * The version of that name.
   *
   * @throws NoSuchIndexException also when there is no such tag
   */
  public Snapshot snapshot(String tag) throws IOException {
    SortedMap<String, Long> tags = snapshot().ledger().tags();
    if (!tags.containsKey(tag)) {
      throw new NoSuchIndexException(
          "'%s' has no tag '%s'; there are %s.".formatted(path, tag, tags.keySet()));
    }
    return snapshot(tags.get(tag));
  }

  /** The versions that have not expired, the newest first. */
  public List<TableVersion> history() throws IOException {
    Snapshot newest = snapshot();
    List<TableVersion> history = new ArrayList<>();
    for (long version = newest.version(); version >= 1; version--) {
      if (newest.ledger().keeps(version)) {
        history.add(TableVersion.of(snapshot(version), newest.ledger().tags()));
      }
    }
    return history;
  }

  /**
   * Deletes the table with all versions: first its log, so that nobody goes on with it, then its
   * directory, again and again until writers that have not yet found out put no more files there.
   *
   * @throws IOException when they do not stop; the table is dropped then, too
   */
  public void drop() throws IOException {
    io.deleteDirectory(TableLayout.resolve(path, TableLayout.log()));
    for (int deletes = 0; deletes < DELETES; deletes++) {
      io.deleteDirectory(path);
      pause();
      if (!io.exists(path)) {
        return;
      }
    }
    throw new IOException(
        "'%s' is dropped, but others go on to put files there; end them, and delete the directory."
            .formatted(path));
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a table was dropped.");
    }
  }

  /**
   * Requires that a table that was there has not been dropped, so that nothing is put where it was.
   * Versions may have been removed since, but never the newest.
   */
  static void requireThere(FileIO io, String table) throws IOException {
    if (!new IndexTable(io, table).exists()) {
      throw new NoSuchIndexException(
          "'%s' is no Knit index any more: it has no version, so it was dropped or moved."
              .formatted(table));
    }
  }

  private long existing() throws IOException {
    long newest = newestVersion();
    if (newest == 0) {
      throw new NoSuchIndexException(
          "'%s' is no Knit index: %s."
              .formatted(
                  path,
                  io.exists(path)
                      ? "there is no version in " + TableLayout.log()
                      : "there is no such directory"));
    }
    return newest;
  }
}
