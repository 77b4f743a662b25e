package dev.knit.flink.table;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a process that search and refresh tables: as many as it has processors, and one.
 * They end when the last table is released, so that the job's classes can be unloaded.
 */
final class SearchThreads {
  private static SearchThreads shared;

  private final ExecutorService searching =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(), work -> daemon(work, "knit-search"));
  private final ScheduledExecutorService refreshing =
      Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "knit-refresh"));
  private int users;

  private SearchThreads() {}

  /** Those of the process, to be released once. */
  static synchronized SearchThreads acquire() {
    if (shared == null) {
      shared = new SearchThreads();
    }
    shared.users++;
    return shared;
  }

  void release() {
    synchronized (SearchThreads.class) {
      users--;
      if (users == 0) {
        shared = null;
        searching.shutdown();
        refreshing.shutdown();
      }
    }
  }

  Executor searching() {
    return searching;
  }

  /** Does work again and again, each time after a pause. */
  ScheduledFuture<?> every(Duration pause, Runnable work) {
    return refreshing.scheduleWithFixedDelay(
        work, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
