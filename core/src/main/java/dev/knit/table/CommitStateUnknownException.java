package dev.knit.table;

import java.io.IOException;

/**
 * The storage failed in a commit and did not tell the outcome: the version may have been committed,
 * or may be so yet. Its files must not be deleted.
 */
public final class CommitStateUnknownException extends IOException {
  private static final long serialVersionUID = 1;
  private final long version;

  CommitStateUnknownException(String table, long version, Throwable cause) {
    super(
        "Whether version %d of '%s' was committed is not known (%s); look at its history before committing the same again."
            .formatted(version, table, cause.getMessage()),
        cause);
    this.version = version;
  }

  /** The version that was offered. */
  public long version() {
    return version;
  }
}
