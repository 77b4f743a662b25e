package dev.knit.table;

import dev.knit.io.FileEntry;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Removes what no version needs any more. Steps:
 *
 * <ol>
 *   <li>Manifests of expired versions without tag or lease are marked as expired.
 *   <li>The files of all other versions stay. When one of their manifests cannot be read, nothing
 *       is removed.
 *   <li>Of the other files those go that were written before the grace period and before any lease
 *       was taken: younger ones may be of a commit to come. Times are those of the storage's clock.
 *   <li>Versions that came meanwhile are looked at before anything is removed.
 * </ol>
 */
public final class Vacuum {
  /** The grace period unless another is chosen: three days. */
  public static final Duration GRACE = Duration.ofDays(3);

  private final FileIO io;
  private final String table;
  private final Duration grace;

  /**
   * What was removed.
   *
   * @param versions manifests that were marked as expired
   * @param files paths below the table's directory
   */
  public record Report(List<Long> versions, List<String> files, long bytes) {}

  private Vacuum(FileIO io, String table, Duration grace) {
    this.io = io;
    this.table = table;
    this.grace = grace;
  }

  /**
   * Removes files that no version needs.
   *
   * @param grace longer than any writer without a lease takes from its first file to its commit
   */
  public static Report run(FileIO io, String table, Duration grace) throws IOException {
    return new Vacuum(io, table, grace).run(true);
  }

  /** Tells what {@link #run(FileIO, String, Duration)} would remove. */
  public static Report plan(FileIO io, String table, Duration grace) throws IOException {
    return new Vacuum(io, table, grace).run(false);
  }

  private Report run(boolean remove) throws IOException {
    long now = now();
    Snapshot newest = Snapshot.load(io, table);
    TableCommit.checkWritable(table, newest);
    Leases leases = Leases.at(io, table, now);
    List<Long> expired = new ArrayList<>();
    Set<String> needed = new HashSet<>();
    for (FileEntry manifest : io.files(path(TableLayout.log()))) {
      long version = TableLayout.version(manifest.path());
      if (version == 0 || manifest.bytes() == ManifestFile.expired().length) {
        continue;
      }
      boolean kept = newest.ledger().keeps(version) || leases.keep(version);
      if (kept) {
        need(Snapshot.load(io, table, version), needed);
      } else if (!leases.keepManifest(version)) {
        expired.add(version);
      }
    }
    List<FileEntry> garbage = garbage(needed, Math.min(now - grace.toMillis(), leases.since()));
    needLaterThan(newest, needed);
    garbage.removeIf(file -> needed.contains(TableLayout.segments() + "/" + file.path()));
    if (remove) {
      remove(expired, garbage);
    }
    return new Report(
        expired,
        garbage.stream().map(file -> TableLayout.segments() + "/" + file.path()).toList(),
        garbage.stream().mapToLong(FileEntry::bytes).sum());
  }

  private List<FileEntry> garbage(Set<String> needed, long before) throws IOException {
    List<FileEntry> garbage = new ArrayList<>();
    for (FileEntry file : io.files(path(TableLayout.segments()))) {
      if (file.modified() < before
          && !needed.contains(TableLayout.segments() + "/" + file.path())) {
        garbage.add(file);
      }
    }
    return garbage;
  }

  private void needLaterThan(Snapshot newest, Set<String> needed) throws IOException {
    long last = new IndexTable(io, table).newestVersion();
    for (long version = newest.version() + 1; version <= last; version++) {
      try {
        need(Snapshot.load(io, table, version), needed);
      } catch (NoSuchIndexException e) {
        // another vacuum has marked it: a later one stands for it
        newest = Snapshot.load(io, table);
        need(newest, needed);
      }
    }
  }

  private static void need(Snapshot snapshot, Set<String> needed) {
    for (SegmentInfo segment : snapshot.segments()) {
      segment.files().forEach(file -> needed.add(file.path()));
      for (SegmentOrigin origin : segment.origins()) {
        if (origin.deletes() != null) {
          needed.add(origin.deletes().path());
        }
      }
    }
  }

  private void remove(List<Long> expired, List<FileEntry> garbage) throws IOException {
    for (long version : expired) {
      io.replace(path(TableLayout.manifest(version)), ManifestFile.expired());
    }
    for (FileEntry file : garbage) {
      io.delete(path(TableLayout.segments() + "/" + file.path()));
    }
  }

  /** The storage's time. */
  private long now() throws IOException {
    String name = UUID.randomUUID().toString();
    String directory = path(TableLayout.probes());
    String file = TableLayout.resolve(directory, name);
    io.replace(file, new byte[] {1});
    try {
      return io.files(directory).stream()
          .filter(entry -> entry.path().equals(name))
          .findFirst()
          .orElseThrow(() -> new IOException("'%s' is gone.".formatted(file)))
          .modified();
    } finally {
      io.delete(file);
    }
  }

  private String path(String below) {
    return TableLayout.resolve(table, below);
  }
}
