package dev.knit.flink;

import java.io.Serializable;
import java.time.Duration;

/**
 * When a sink compacts its table.
 *
 * @param pause at least so long between the end of one compaction and the start of the next
 * @param threads that merge graphs
 */
public record CompactionOptions(Duration pause, int threads) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Checks that the pause is not negative and that there is a thread. */
  public CompactionOptions {
    if (pause.isNegative() || threads < 1) {
      throw new IllegalArgumentException(
          "A compaction needs a pause of at least 0 (%s) and at least 1 thread (%d)."
              .formatted(pause, threads));
    }
  }

  /** A minute between compactions, on one thread. */
  public static CompactionOptions defaults() {
    return new CompactionOptions(Duration.ofMinutes(1), 1);
  }
}
