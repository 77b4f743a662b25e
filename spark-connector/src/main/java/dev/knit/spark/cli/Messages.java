package dev.knit.spark.cli;

import java.io.IOException;

/** One line that tells a user what went wrong. */
final class Messages {
  private Messages() {}

  /** The message of the deepest cause that is one of ours, or of the storage's, or of the last. */
  static String of(Throwable e) {
    Throwable said = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException || cause instanceof IOException) {
        said = cause;
      } else if (cause instanceof OutOfMemoryError) {
        return "Out of memory (%s); give more with KNIT_JAVA_OPTS=-Xmx…"
            .formatted(cause.getMessage());
      }
    }
    String message = said.getMessage() == null ? said.toString() : said.getMessage();
    return message.lines().findFirst().orElse(said.toString());
  }
}
