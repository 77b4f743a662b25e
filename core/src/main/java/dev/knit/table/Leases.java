package dev.knit.table;

import dev.knit.io.FileEntry;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The leases of a table that hold.
 *
 * @param versions those that they were taken for
 * @param since when the first of them was taken; files written then or later stay
 */
record Leases(Set<Long> versions, long since) {

  /** Those that hold at {@code now}, by the storage's clock; removes others. */
  static Leases at(FileIO io, String table, long now) throws IOException {
    String directory = TableLayout.resolve(table, TableLayout.leases());
    Set<Long> versions = new HashSet<>();
    long since = Long.MAX_VALUE;
    for (FileEntry entry : io.files(directory)) {
      TableLease.Terms terms = TableLease.read(io, directory, entry);
      if (terms == null) {
        continue;
      }
      if (entry.modified() + terms.millis() < now) {
        io.delete(TableLayout.resolve(directory, entry.path()));
        continue;
      }
      versions.add(terms.version());
      since = Math.min(since, terms.since());
    }
    return new Leases(versions, since);
  }

  boolean keep(long version) {
    return versions.contains(version);
  }

  /** Manifests behind a leased version stay: who has prepared a change on it goes through them. */
  boolean keepManifest(long version) {
    return versions.stream().anyMatch(leased -> leased <= version);
  }
}
