package dev.knit.flink.table;

import dev.knit.table.IndexTable;
import dev.knit.table.NoSuchIndexException;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table that is open for searches in this process, shared by all that search the same of it and
 * closed when the last has released it. Where the newest version is searched, a newer one is looked
 * for every few seconds: it is opened beside the other, then takes its place at once; searches
 * under way end on the version they began with. Safe for use by many threads.
 */
final class ServedTable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedTable.class);
  private static final Map<SearchSpec.Served, ServedTable> SERVED = new HashMap<>();

  private final SearchSpec.Served what;
  private final IndexTable table;
  private int users;
  private SearchThreads threads;
  private ScheduledFuture<?> refreshing;
  private ServedVersion current;
  private RuntimeException failure;
  private long knownNewest;

  private ServedTable(SearchSpec.Served what) {
    this.what = what;
    this.table = what.table().table();
  }

  /** Opens a table, or joins those who have. To be released once. */
  static ServedTable acquire(SearchSpec.Served what) throws IOException {
    ServedTable served;
    synchronized (SERVED) {
      served = SERVED.computeIfAbsent(what, ServedTable::new);
      served.users++;
    }
    try {
      served.open();
    } catch (IOException | RuntimeException | Error e) {
      served.release();
      throw e;
    }
    return served;
  }

  /** How many tables are open. */
  static int openTables() {
    synchronized (SERVED) {
      return SERVED.size();
    }
  }

  private synchronized void open() throws IOException {
    if (current == null) {
      threads = SearchThreads.acquire();
      knownNewest = System.currentTimeMillis();
      current = ServedVersion.open(what, what.version().of(table));
      if (what.version().isNewest()) {
        refreshing = threads.every(what.refresh(), this::refresh);
      }
    }
  }

  void release() {
    synchronized (SERVED) {
      users--;
      if (users > 0) {
        return;
      }
      SERVED.remove(what);
    }
    close();
  }

  private synchronized void close() {
    if (refreshing != null) {
      refreshing.cancel(false);
    }
    if (current != null) {
      current.release();
      current = null;
    }
    if (threads != null) {
      threads.release();
    }
  }

  /** The version that is searched now. */
  synchronized long version() {
    return current == null ? 0 : current.snapshot().version();
  }

  /** How many segments it has that are searched. */
  synchronized int segments() {
    return current == null ? 0 : current.segments().size();
  }

  /** How many rows it has. */
  synchronized long rows() {
    return current == null ? 0 : current.snapshot().rows();
  }

  /**
   * For how many milliseconds the version has not been known to be the newest; 0 where it is one of
   * the past that was asked for.
   */
  synchronized long staleMillis() {
    return what.version().isNewest() ? System.currentTimeMillis() - knownNewest : 0;
  }

  /** As {@link ServedVersion#search}. */
  Collection<RowData> search(ArrayData query, int k, SearchConfig config, SearchMetrics metrics) {
    ServedVersion version = retained();
    try {
      return version.search(query, k, config, metrics);
    } finally {
      version.release();
    }
  }

  /** The same by threads of the process. */
  CompletableFuture<Collection<RowData>> searchAsync(
      ArrayData query, int k, SearchConfig config, SearchMetrics metrics) {
    return CompletableFuture.supplyAsync(
        () -> search(query, k, config, metrics), threads.searching());
  }

  private synchronized ServedVersion retained() {
    if (failure != null) {
      throw failure;
    }
    if (current == null) {
      throw new IllegalStateException("'%s' is closed.".formatted(table.path()));
    }
    current.retain();
    return current;
  }

  private void refresh() {
    long time = System.currentTimeMillis();
    try {
      Snapshot newest = table.snapshot();
      if (!isCurrent(newest)) {
        swap(ServedVersion.open(what, newest));
      }
      refreshed(time, null);
    } catch (ValidationException e) {
      refreshed(time, e); // the table has other columns now than the statement
    } catch (NoSuchIndexException e) {
      refreshed(
          time, new TableException("A table was dropped that is searched: " + e.getMessage(), e));
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "No newer version of '{}' could be opened; version {} is searched on.",
          table.path(),
          version(),
          e);
    }
  }

  /** A table that was made anew may have a version of the same number. */
  private synchronized boolean isCurrent(Snapshot newest) {
    return current == null || current.snapshot().commitUuid().equals(newest.commitUuid());
  }

  private synchronized void swap(ServedVersion next) {
    if (current == null) {
      next.release(); // closed meanwhile
      return;
    }
    ServedVersion before = current;
    current = next;
    before.release();
  }

  /** What was found out, until the next time. */
  private synchronized void refreshed(long time, RuntimeException e) {
    knownNewest = time;
    failure = e;
  }
}
