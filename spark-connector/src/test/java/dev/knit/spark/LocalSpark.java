package dev.knit.spark;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/** One local session for all tests that need no session of their own. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session() {
    return session("local[2]");
  }

  /** The session, or a new one where it has stopped. */
  public static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("knit-tests")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.host", "localhost")
        .config("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog")
        .getOrCreate();
  }

  /** How many jobs {@code work} runs. */
  public static int jobsOf(Runnable work) throws TimeoutException {
    SparkContext context = Sessions.context(session());
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    context.listenerBus().waitUntilEmpty();
    context.addSparkListener(listener);
    try {
      work.run();
      context.listenerBus().waitUntilEmpty();
    } finally {
      context.removeSparkListener(listener);
    }
    return jobs.get();
  }
}
