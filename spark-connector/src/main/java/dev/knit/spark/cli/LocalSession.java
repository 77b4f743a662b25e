package dev.knit.spark.cli;

import org.apache.spark.sql.SparkSession;

/** The embedded Spark: all processors of this machine, nothing opened to the network. */
final class LocalSession {
  private LocalSession() {}

  static SparkSession start() {
    return SparkSession.builder()
        .appName("knit")
        .master("local[*]")
        .config("spark.ui.enabled", false)
        .config("spark.ui.showConsoleProgress", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.heartbeatInterval", "1s")
        .config("spark.sql.shuffle.partitions", 2 * Runtime.getRuntime().availableProcessors())
        .config("spark.sql.catalogImplementation", "in-memory")
        .getOrCreate();
  }
}
