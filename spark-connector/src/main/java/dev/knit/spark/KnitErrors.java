package dev.knit.spark;

import dev.knit.table.CommitConflictException;
import dev.knit.table.CommitStateUnknownException;
import dev.knit.table.CorruptIndexException;
import dev.knit.table.NoSuchIndexException;
import dev.knit.table.UnsupportedFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkThrowable;

/** Failures of the table and of the Java API as errors with conditions. */
public final class KnitErrors {
  private static final Map<Class<?>, String> CONDITIONS =
      Map.of(
          CommitConflictException.class, "KNIT_COMMIT_CONFLICT",
          CommitStateUnknownException.class, "KNIT_COMMIT_STATE_UNKNOWN",
          CorruptIndexException.class, "KNIT_CORRUPT_INDEX",
          NoSuchIndexException.class, "KNIT_NO_SUCH_INDEX",
          UnsupportedFormatException.class, "KNIT_UNSUPPORTED_FORMAT");

  private KnitErrors() {}

  /**
   * Runs {@code work}.
   *
   * @throws KnitException for failures that are Knit's to tell; Spark's stay as they are
   */
  public static <T> T told(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw told(e);
    }
  }

  /** A failure as it is thrown. */
  public static RuntimeException told(Exception failure) {
    if (failure instanceof KnitException knit) {
      return knit;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (CONDITIONS.containsKey(cause.getClass())) {
        return error(CONDITIONS.get(cause.getClass()), cause.getMessage(), failure);
      }
      if (cause instanceof IllegalArgumentException && !(cause instanceof SparkThrowable)) {
        return error("KNIT_INVALID_INPUT", cause.getMessage(), failure);
      }
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      return error("KNIT_STORAGE_FAILED", failure.getMessage(), failure);
    }
    throw KnitErrors.<RuntimeException>asItIs(failure);
  }

  /** Spark's AnalysisException is checked, but Spark throws it from everywhere. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E asItIs(Exception failure) throws E {
    throw (E) failure;
  }

  /** Input that does not fit. */
  public static KnitException invalid(String message) {
    return error("KNIT_INVALID_INPUT", message, null);
  }

  private static KnitException error(String condition, String message, Throwable cause) {
    return new KnitException(condition, Map.of("message", String.valueOf(message)), cause);
  }
}
