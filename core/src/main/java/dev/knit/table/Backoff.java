package dev.knit.table;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between attempts: at random up to a bound that doubles, so that writers who met once do not
 * meet again. The bound begins at what an attempt takes, which differs from storage to storage.
 */
final class Backoff {
  static final long FIRST_MILLIS = 5;
  private static final long LONGEST_MILLIS = 5000;

  private final int attempts;
  private final long firstMillis;
  private long start = System.nanoTime();
  private int failed;

  Backoff(int attempts, long firstMillis) {
    this.attempts = attempts;
    this.firstMillis = firstMillis;
  }

  /** Whether another attempt may be made. */
  boolean again() {
    return failed + 1 < attempts;
  }

  /** Waits before the next attempt. */
  void pause() throws InterruptedIOException {
    try {
      Thread.sleep(next());
      start = System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting to commit.");
    }
  }

  /** Waits before the next attempt; returns whether an interrupt cut that short. */
  boolean pauseThroughInterrupts() {
    try {
      Thread.sleep(next());
      start = System.nanoTime();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private long next() {
    long took = firstMillis == 0 ? 0 : (System.nanoTime() - start) / 1_000_000;
    long first = Math.max(firstMillis, took);
    long bound = Math.min(LONGEST_MILLIS, first << Math.min(failed, 8));
    failed++;
    return ThreadLocalRandom.current().nextLong(bound + 1);
  }
}
