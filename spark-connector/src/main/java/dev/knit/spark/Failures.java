package dev.knit.spark;

import dev.knit.table.CorruptIndexException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/** Brings the reason of a failure to the top, from below what Spark wraps around a task's. */
final class Failures {
  private Failures() {}

  /**
   * Runs {@code work}.
   *
   * @throws IllegalArgumentException when the input was at fault, also when a task found that
   * @throws UncheckedIOException when the storage was
   */
  static <T> T unwrap(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException) {
          throw cause == e
              ? (IllegalArgumentException) e
              : new IllegalArgumentException(cause.getMessage(), e);
        }
        if (cause instanceof CorruptIndexException
            || (cause instanceof IOException && cause == e)) {
          throw new UncheckedIOException(cause.getMessage(), (IOException) cause);
        }
      }
      throw e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
  }
}
