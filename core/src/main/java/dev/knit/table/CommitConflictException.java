package dev.knit.table;

import java.io.IOException;

/** Another writer committed the version first; nothing was changed. */
public final class CommitConflictException extends IOException {
  private static final long serialVersionUID = 1;
  private final long version;

  CommitConflictException(String table, long version) {
    super(
        "Snapshot %d of '%s' was committed by another writer; re-read the table and retry."
            .formatted(version, table));
    this.version = version;
  }

  /** A commit that cannot stand beside one's own. */
  CommitConflictException(String table, long version, String what) {
    super(
        "Version %d of '%s' %s; re-read the table and do it again if it is still wanted."
            .formatted(version, table, what));
    this.version = version;
  }

  /** The version that was taken. */
  public long version() {
    return version;
  }
}
