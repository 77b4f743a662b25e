package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * Opened segments, shared by all who use them. A segment that nobody uses stays. When another is
 * opened and all together are larger than a limit, the least recently used that are idle are
 * closed; so an index larger than the limit is not read again by every task. Safe for use by many
 * threads; of those that ask for one segment at the same time one opens it and the others wait.
 */
public final class SegmentCache {
  private static final SegmentCache SHARED = new SegmentCache(Runtime.getRuntime().maxMemory() / 2);

  private final long limit;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** A cache that closes idle segments beyond {@code limit} bytes. */
  public SegmentCache(long limit) {
    this.limit = limit;
  }

  /** The JVM's cache, with a limit of half the heap. */
  public static SegmentCache shared() {
    return SHARED;
  }

  /** A segment in use, until it is closed; closing it again does nothing. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Segment segment;
    private final boolean opened;
    private boolean released;

    private Lease(Entry entry, Segment segment, boolean opened) {
      this.entry = entry;
      this.segment = segment;
      this.opened = opened;
    }

    /** Whether it was opened for this lease; it was in the cache otherwise. */
    public boolean opened() {
      return opened;
    }

    /** The segment; not to be closed or used after this lease is. */
    public Segment segment() {
      return segment;
    }

    /** Releases the segment. */
    @Override
    public void close() {
      synchronized (SegmentCache.this) {
        if (!released) {
          released = true;
          release(entry);
        }
      }
    }
  }

  /**
   * A segment of a table, opened if need be; errors as for {@link Segment#open}.
   *
   * @throws IOException also when the thread is interrupted while another opens the segment
   */
  public Lease acquire(FileIO io, String table, Snapshot snapshot, SegmentInfo info)
      throws IOException {
    Entry entry = enter(io, table, snapshot, info);
    boolean opened = entry.claim();
    entry.opening.run(); // does nothing when it is done or under way
    try {
      SegmentData data = entry.opening.get();
      settle(entry, data);
      return new Lease(entry, view(entry, data, io, table, snapshot, info), opened);
    } catch (InterruptedException e) {
      release(entry);
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for segment " + info.uuid() + ".", e);
    } catch (ExecutionException e) {
      drop(entry);
      if (e.getCause() instanceof ClosedByInterruptException
          && !Thread.currentThread().isInterrupted()) {
        return acquire(io, table, snapshot, info); // it was another thread that was interrupted
      }
      throw rethrow(e.getCause());
    }
  }

  /** A version's view of a segment, which those who use the version share. */
  private Segment view(
      Entry entry, SegmentData data, FileIO io, String table, Snapshot snapshot, SegmentInfo info)
      throws IOException {
    ViewKey key = new ViewKey(info.deletes(), snapshot.schema());
    synchronized (entry.views) { // so that tasks that begin together share one
      Segment view = entry.views.get(key);
      if (view == null) {
        try {
          view = Segment.of(data, io, table, snapshot, info);
        } catch (IOException | RuntimeException | Error e) {
          release(entry);
          throw e;
        }
        entry.views.clear(); // older versions are asked for less and less
        entry.views.put(key, view);
      }
      return view;
    }
  }

  /** Bytes of all segments in the cache, used or idle. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Closes all idle segments. */
  public synchronized void clear() {
    evict(0);
  }

  private synchronized Entry enter(FileIO io, String table, Snapshot snapshot, SegmentInfo info) {
    Key key = Key.of(table, info);
    Entry entry = entries.get(key);
    if (entry == null) {
      entry =
          new Entry(
              key, new FutureTask<>(() -> new SegmentLoader(io, table, snapshot, info).load()));
      entries.put(key, entry);
      account(entry, info.bytes()); // until it is known better
    }
    entry.users++;
    return entry;
  }

  private synchronized void settle(Entry entry, SegmentData data) {
    entry.data = data;
    account(entry, data.bytes()); // each time, since sketches may have been made meanwhile
  }

  private synchronized void release(Entry entry) {
    entry.users--; // it stays until another is opened: the next task wants the same
  }

  /** Forgets a segment that could not be opened; the next to ask tries again. */
  private synchronized void drop(Entry entry) {
    if (entries.remove(entry.key, entry)) {
      bytes -= entry.bytes;
    }
  }

  private void account(Entry entry, long entryBytes) {
    bytes += entryBytes - entry.bytes;
    entry.bytes = entryBytes;
    evict(limit);
  }

  /** Closes idle segments, those used longest ago first, until all have {@code target} bytes. */
  private void evict(long target) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > target && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.users == 0 && entry.data != null) {
        oldest.remove();
        bytes -= entry.bytes;
        entry.data.close();
      }
    }
  }

  private static IOException rethrow(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    } else if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    return (IOException) cause;
  }

  /** What makes two segments the same. */
  private record Key(String table, UUID segment, List<Integer> checksums) {
    static Key of(String table, SegmentInfo info) {
      Stream<StoredFile> files =
          Stream.concat(info.rowsFiles().stream(), info.graphFiles().stream());
      return new Key(table, info.uuid(), files.map(StoredFile::crc32c).toList());
    }
  }

  /** What makes two versions see the same of a segment. */
  private record ViewKey(DeletesFile deletes, TableSchema schema) {}

  /** A segment that is open or being opened; guarded by the cache. */
  private static final class Entry {
    final Key key;
    final FutureTask<SegmentData> opening;
    final Map<ViewKey, Segment> views = new HashMap<>();
    SegmentData data;
    int users;
    long bytes;
    private boolean claimed;

    /** Whether the caller is the first, who opens it. */
    synchronized boolean claim() {
      boolean first = !claimed;
      claimed = true;
      return first;
    }

    Entry(Key key, FutureTask<SegmentData> opening) {
      this.key = key;
      this.opening = opening;
    }
  }
}
