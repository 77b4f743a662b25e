package dev.knit.spark.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** One line that tells a user what went wrong. */
final class Messages {
  private Messages() {}

  /** The message of the deepest cause that is one of ours, or of the storage's, or of the last. */
  static String of(Throwable e) {
    Throwable said = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException || tells(cause)) {
        said = cause;
      } else if (cause instanceof OutOfMemoryError) {
        return "Out of memory (%s); give more with KNIT_JAVA_OPTS=-Xmx…; docs/clusters.md tells how much"
            .formatted(cause.getMessage());
      }
    }
    String message = said.getMessage() == null ? said.toString() : said.getMessage();
    return message.lines().findFirst().orElse(said.toString());
  }

  /** Those of the JDK may have nothing but a path to say. */
  private static boolean tells(Throwable e) {
    return e instanceof IOException
        && !(e instanceof FileSystemException bare && bare.getReason() == null);
  }
}
