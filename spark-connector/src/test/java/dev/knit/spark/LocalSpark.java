package dev.knit.spark;

import org.apache.spark.sql.SparkSession;

/** One local session for all tests that need no session of their own. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("knit-tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.driver.host", "localhost")
        .getOrCreate();
  }
}
