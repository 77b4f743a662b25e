package dev.knit.flink;

import dev.knit.table.CommitKey;
import dev.knit.table.SealedRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * All that one checkpoint adds to a table. Immutable.
 *
 * @param sink names the sink; kept in its state, so the same for all jobs that go on from it
 * @param checkpoint for people; it may come twice
 * @param parts in the order in which they were sealed
 */
record IndexCommittable(String sink, long checkpoint, List<SealedRows> parts) {
  private static final int DIGEST_BYTES = 16;

  IndexCommittable {
    parts = List.copyOf(parts);
  }

  /**
   * Names the commit by its parts, whose names are drawn anew for whatever is written: what is
   * offered again after a restart has the same key, and what is written again another.
   */
  CommitKey key() {
    String names = String.join(",", parts.stream().map(part -> "" + part.uuid()).sorted().toList());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(names.getBytes(StandardCharsets.UTF_8));
      return CommitKey.ofContent(
          "flink-" + sink, HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
