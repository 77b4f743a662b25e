package dev.knit.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.internal.SQLConf;

/**
 * How much of an index an executor keeps open for a join, by the session's {@value #OPTION}: half
 * of its heap unless something else is said.
 *
 * @param bytes of all tasks of the executor
 * @param tasks that it runs at a time
 */
record JoinMemory(long bytes, int tasks) implements Serializable {
  /** A size such as 4g. */
  static final String OPTION = "spark.knit.join.memory";

  /**
   * What the active session says.
   *
   * @throws IllegalArgumentException when the option is no size
   */
  static JoinMemory of(SparkContext context) {
    String given = SQLConf.get().getConfString(OPTION, null);
    long bytes = given == null ? Executors.heap(context) / 2 : bytes(given);
    return new JoinMemory(bytes, Executors.tasks(context));
  }

  private static long bytes(String given) {
    try {
      long bytes = JavaUtils.byteStringAsBytes(given);
      if (bytes > 0) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "%s ('%s') must be a size of more than 0, such as 4g.".formatted(OPTION, given));
  }

  /** Bytes of a group of segments, since each task may have another one open. */
  long group() {
    return Math.max(1, bytes / tasks);
  }

  /** For plans. */
  @Override
  public String toString() {
    return "memory=%s for %d tasks".formatted(JavaUtils.byteStringAsMb(bytes + "b") + "m", tasks);
  }
}
