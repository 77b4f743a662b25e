package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.UUID;

/**
 * Commits snapshots. The manifest of a version is created once and never changed; whoever creates
 * it has committed.
 */
public final class TableCommit {
  private TableCommit() {}

  /**
   * Commits {@code snapshot} as its version. All files it names must have been written and closed.
   * May be called again with the same snapshot after any failure.
   *
   * @throws CommitConflictException when another commit has the version
   * @throws UnsupportedFormatException when a newer Knit must write to this table
   * @throws IOException otherwise: the commit may have happened or not
   */
  public static void create(FileIO io, String table, Snapshot snapshot) throws IOException {
    checkWritable(table, snapshot);
    String file = TableLayout.resolve(table, TableLayout.manifest(snapshot.version()));
    IOException failure = null;
    try {
      if (io.createIfAbsent(file, ManifestFile.bytes(snapshot))) {
        return;
      }
    } catch (IOException e) {
      failure = e;
    }
    if (!snapshot.commitUuid().equals(committed(io, table, snapshot.version(), failure))) {
      throw new CommitConflictException(table, snapshot.version());
    }
  }

  private static void checkWritable(String table, Snapshot snapshot) throws IOException {
    for (String feature : snapshot.writerFeatures()) {
      if (!ManifestJson.WRITER_FEATURES.contains(feature)) {
        throw new UnsupportedFormatException(table, "must be written with '%s'".formatted(feature));
      }
    }
  }

  /** The commit that has the version; {@code failure} is thrown when that cannot be told. */
  private static UUID committed(FileIO io, String table, long version, IOException failure)
      throws IOException {
    try {
      return ManifestFile.read(io, table, version).commitUuid();
    } catch (FileNotFoundException e) {
      throw failure == null ? e : failure;
    } catch (IOException e) {
      if (failure == null) {
        throw e;
      }
      failure.addSuppressed(e);
      throw failure;
    }
  }
}
