package dev.knit.table;

import java.io.IOException;

/**
 * A change to a table that is to be committed. It was prepared on one version; others may commit
 * before it does. For one thread.
 */
interface Change {
  /**
   * Takes a commit into account that came first.
   *
   * @param before the version that this change was prepared on, or that it has last taken into
   *     account
   * @param theirs the next version
   * @throws CommitConflictException when both cannot stand
   */
  void rebase(Snapshot before, Snapshot theirs) throws IOException;

  /** The version after {@code newest}, or {@code newest} itself when nothing is left to change. */
  Snapshot next(Snapshot newest) throws IOException;
}
