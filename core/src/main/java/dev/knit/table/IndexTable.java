package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;

/** An index table by its directory. Holds no state: each call looks at the storage. */
public final class IndexTable {
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
