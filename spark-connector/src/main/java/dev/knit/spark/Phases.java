package dev.knit.spark;

import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;

/** How the phases of long work show in Spark's UI. */
final class Phases {
  /** Name of the accumulator that counts the rows that have gone into subgraphs. */
  static final String PROGRESS = "Knit: rows in subgraphs";

  private static final String DESCRIPTION = "spark.job.description";

  private Phases() {}

  /** Runs {@code work}; its jobs are shown with {@code description}. */
  static <T> T described(SparkContext context, String description, Callable<T> work)
      throws Exception {
    String before = context.getLocalProperty(DESCRIPTION);
    context.setLocalProperty(DESCRIPTION, description);
    try {
      return work.call();
    } finally {
      context.setLocalProperty(DESCRIPTION, before);
    }
  }

  static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
