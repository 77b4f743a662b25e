package dev.knit.table;

/**
 * Names a commit by its content, so that a writer that was restarted may offer it again and it is
 * made once.
 *
 * @param writer who commits, for example the uid of a sink; the same after a restart
 * @param id rises with each commit of the writer, for example a checkpoint's number
 * @param digest of what is committed; equal when the same is offered again
 */
public record CommitKey(String writer, long id, String digest) {
  /** The id of keys whose digest alone tells the commit. */
  private static final long CONTENT = Long.MIN_VALUE;

  /** Checks that all are there. */
  public CommitKey {
    if (writer == null || writer.isEmpty() || digest == null || digest.isEmpty()) {
      throw new IllegalArgumentException("A commit key needs a writer and a digest.");
    }
  }

  /**
   * Names a commit by its content alone, for a writer that may be restored from an old state and
   * then goes on with other commits.
   *
   * @param digest that no other commit of the writer has, ever
   */
  public static CommitKey ofContent(String writer, String digest) {
    return new CommitKey(writer, CONTENT, digest);
  }

  boolean isContent() {
    return id == CONTENT;
  }
}
