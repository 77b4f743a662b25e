package dev.knit.spark;

import dev.knit.table.RowFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What conditions allow, for the tasks that run in this process: the first to ask finds out, the
 * others wait for it. Keeps those used last. Safe for use by many threads.
 */
final class FilterCache {
  private static final int KEPT = 32;

  private final Map<UUID, FutureTask<RowFilter>> filters = new LinkedHashMap<>(16, 0.75f, true);

  RowFilter filter(UUID condition, Supplier<RowFilter> found) {
    FutureTask<RowFilter> filter = enter(condition, found);
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

  private synchronized FutureTask<RowFilter> enter(UUID condition, Supplier<RowFilter> found) {
    FutureTask<RowFilter> filter =
        filters.computeIfAbsent(condition, key -> new FutureTask<>(found::get));
    if (filters.size() > KEPT) {
      filters.remove(filters.keySet().iterator().next());
    }
    return filter;
  }

  private synchronized void drop(UUID condition, FutureTask<RowFilter> filter) {
    filters.remove(condition, filter);
  }
}
