package dev.knit.spark;

import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;

/** How the phases of long work show in Spark's UI. */
final class Phases {
  private static final String DESCRIPTION = "spark.job.description";

  private Phases() {}

  /** Runs {@code work}; its jobs are shown with {@code description}. */
  static <T> T described(SparkContext context, String description, Callable<T> work)
      throws Exception {
    return with(context, DESCRIPTION, description, work);
  }

  /** Runs {@code work} with a property of its jobs. */
  static <T> T with(SparkContext context, String property, String value, Callable<T> work)
      throws Exception {
    String before = context.getLocalProperty(property);
    context.setLocalProperty(property, value);
    try {
      return work.call();
    } finally {
      context.setLocalProperty(property, before);
    }
  }
}
