package dev.knit.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** The parts of a session that only a classic one, in the driver's own process, has. */
final class Sessions {
  private Sessions() {}

  /**
   * The session as a classic one.
   *
   * @throws IllegalArgumentException when it is a client of Spark Connect
   */
  static org.apache.spark.sql.classic.SparkSession classic(SparkSession spark) {
    if (spark instanceof org.apache.spark.sql.classic.SparkSession classic) {
      return classic;
    }
    throw new IllegalArgumentException(
        "Knit's Java API needs a session in the driver's process, not a Spark Connect client.");
  }

  static <T> scala.reflect.ClassTag<T> tag(Class<T> type) {
    return scala.reflect.ClassTag$.MODULE$.apply(type);
  }

  static SparkContext context(SparkSession spark) {
    return classic(spark).sparkContext();
  }
}
