package dev.knit.hnsw;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Runs numbered tasks on a fixed number of threads, each with a worker of its own. Which worker
 * runs which task is left to chance, so a task must write only what is its own.
 */
final class Workers<W> implements AutoCloseable {
  private final List<W> workers = new ArrayList<>();
  private final ExecutorService threads;

  /** One task of a run. */
  interface Task<W> {
    void run(W worker, int task);
  }

  Workers(int count, Supplier<W> worker) {
    for (int i = 0; i < count; i++) {
      workers.add(worker.get());
    }
    threads = count == 1 ? null : pool(count - 1);
  }

  /** Threads that end when there is nothing to do, so that workers may be kept without closing. */
  private static ExecutorService pool(int count) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::thread);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  List<W> all() {
    return workers;
  }

  /**
   * Runs the tasks {@code 0 … count − 1} and returns when all are done.
   *
   * @throws IllegalStateException when the calling thread is interrupted
   */
  void run(int count, Task<W> task) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < Math.min(workers.size(), count); i++) {
      W worker = workers.get(i);
      others.add(threads.submit(() -> drain(worker, next, count, task)));
    }
    try {
      drain(workers.get(0), next, count, task);
    } finally {
      next.set(count); // when it failed the others need not go on
      others.forEach(Workers::await);
    }
    others.forEach(Workers::rethrow);
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdown(); // they are idle: run has waited for them
    }
  }

  /** Waits until {@code other} has ended, however it did. */
  private static void await(Future<?> other) {
    boolean interrupted = false;
    while (!other.isDone()) {
      try {
        other.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break; // told by rethrow
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Future<?> other) {
    try {
      other.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while building a graph.", e);
    }
  }

  private static <W> void drain(W worker, AtomicInteger next, int count, Task<W> task) {
    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      if (Thread.currentThread().isInterrupted()) {
        next.set(count);
        throw new IllegalStateException("Interrupted while building a graph.");
      }
      task.run(worker, i);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "knit-graph");
    thread.setDaemon(true);
    return thread;
  }
}
