package dev.knit.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What conditions allow in some segments, for the tasks that run in this process: the first to ask
 * finds out, the others wait for it. Keeps those used last. Safe for use by many threads.
 *
 * @param <F> what is kept of a condition
 */
final class FilterCache<F> {
  private static final int KEPT = 32;

  private final Map<Object, FutureTask<F>> filters = new LinkedHashMap<>(16, 0.75f, true);

  F filter(Object condition, Supplier<F> found) {
    FutureTask<F> filter = enter(condition, found);
    filter.run(); // does nothing when it is done or under way
    try {
      return filter.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a filter is evaluated.", e);
    } catch (ExecutionException e) {
      drop(condition, filter); // the next to ask tries again
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private synchronized FutureTask<F> enter(Object condition, Supplier<F> found) {
    FutureTask<F> filter = filters.computeIfAbsent(condition, key -> new FutureTask<>(found::get));
    if (filters.size() > KEPT) {
      filters.remove(filters.keySet().iterator().next());
    }
    return filter;
  }

  private synchronized void drop(Object condition, FutureTask<F> filter) {
    filters.remove(condition, filter);
  }
}
