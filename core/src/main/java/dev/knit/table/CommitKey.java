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
  /** Checks that all are there. */
  public CommitKey {
    if (writer == null || writer.isEmpty() || digest == null || digest.isEmpty()) {
      throw new IllegalArgumentException("A commit key needs a writer and a digest.");
    }
  }
}
