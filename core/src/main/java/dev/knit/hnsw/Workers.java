package dev.knit.hnsw;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    threads = count == 1 ? null : Executors.newFixedThreadPool(count - 1, Workers::thread);
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
      for (Future<?> other : others) {
        other.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while building a graph.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      next.set(count);
    }
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
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
