package dev.knit.table;

import dev.knit.hnsw.Consolidation;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.LiveGraph;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.GrowingVectors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Changes a live index. One thread at a time may write; {@link #view} and {@link #row} are for any
 * number. The lock guards only the table of ids and the view that goes with it, and is held for as
 * long as it takes to enter one batch.
 */
final class LiveWriter {
  /** Deleted rows are removed when they are one in so many. */
  private static final int DEAD_SHARE = 5;

  private static final int MAX_BATCH = 8192;

  private final IndexParams params;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private GrowingVectors vectors;
  private LiveGraph graph;
  private IdTable table = new IdTable();
  private volatile LiveView view;

  /** Row of an id in a view. */
  record Found(LiveView view, int row) {}

  /**
   * Begins with the rows of a graph.
   *
   * @param ids by row
   * @param nodes the node of each row
   */
  LiveWriter(
      IndexParams params,
      int threads,
      FlatVectors start,
      HnswGraph startGraph,
      Object[] ids,
      int[] nodes) {
    this.params = params;
    this.vectors = GrowingVectors.of(start, params.maxNorm());
    this.graph = new LiveGraph(params.hnsw(), threads, startGraph, start);
    LiveRows rows = new LiveRows().withRoom(ids.length, start.size());
    for (int row = 0; row < ids.length; row++) {
      rows.add(row, nodes[row], ids[row]);
      table.put(row, rows.ids());
    }
    this.view = new LiveView(graph.view(), start, rows, ids.length, 0);
    if (table.count() < ids.length) {
      throw new IllegalArgumentException(
          "%d of %d rows have the id of another."
              .formatted(ids.length - table.count(), ids.length));
    }
  }

  LiveView view() {
    return view;
  }

  /** The newest parameters: maxNorm grows with the vectors. */
  IndexParams params() {
    return new IndexParams(
        params.metric(),
        params.m(),
        params.efConstruction(),
        params.seed(),
        vectors.maxNorm(),
        params.quantization());
  }

  /** The live row of an id. */
  Optional<Found> row(Object id) {
    lock.readLock().lock();
    try {
      LiveView now = view;
      int row = table.get(id, now.rows().ids());
      return row == IdTable.NONE ? Optional.empty() : Optional.of(new Found(now, row));
    } finally {
      lock.readLock().unlock();
    }
  }

  void insert(NewRows rows) {
    mend();
    if (vectors.reserve(rows.vectors())) {
      graph.measure(vectors.view());
    }
    for (int first = 0; first < rows.size(); ) {
      first = insertBatch(rows, first);
    }
    consolidateIfDue();
  }

  /** Deletes rows by id, all at once, and returns how many there were. */
  int delete(List<Object> ids) {
    LiveView old = view;
    LiveView next = old;
    lock.writeLock().lock();
    try {
      for (Object id : ids) {
        int row = table.get(id, old.rows().ids());
        if (row != IdTable.NONE) {
          table.remove(id, old.rows().ids());
          next = next.after(row);
        }
      }
      view = next;
    } finally {
      lock.writeLock().unlock();
    }
    consolidateIfDue();
    return old.size() - next.size();
  }

  /** Removes all rows that were deleted, and nodes that have none left. */
  void consolidate() {
    mend();
    LiveView old = view;
    if (old.deaths() == 0) {
      return;
    }
    BitSet dead = old.liveNodes();
    dead.flip(0, old.graph().size());
    int[] nodes = null;
    if (!dead.isEmpty()) {
      Consolidation consolidation = graph.remove(dead, old.vectors());
      nodes = consolidation.nodes();
      vectors = GrowingVectors.of((FlatVectors) consolidation.vectors(), vectors.maxNorm());
    }
    publishRows(old, nodes);
  }

  /** A copy of the graph as it stands, that never changes. */
  HnswGraph finishedGraph() {
    return graph.finished(vectors.view());
  }

  private int insertBatch(NewRows rows, int first) {
    LiveView old = view;
    int most = graph.batchSize(rows.levels()[first]);
    int[] nodes = new int[Math.min(MAX_BATCH, rows.size() - first)];
    byte[] levels = new byte[Math.min(most, nodes.length)];
    int count = 0;
    int fresh = 0;
    while (count < nodes.length && fresh < levels.length) {
      nodes[count] = vectors.add(rows.vectors()[first + count]);
      if (nodes[count] == old.graph().size() + fresh) {
        levels[fresh++] = rows.levels()[first + count];
      }
      count++;
    }
    LiveRows room =
        old.rows().withRoom(Math.addExact(old.rowCount(), count), old.graph().size() + fresh);
    if (fresh > 0) {
      graph.insert(vectors.view(), Arrays.copyOf(levels, fresh));
    }
    publish(rows, first, nodes, count, room);
    return first + count;
  }

  private void publish(NewRows rows, int first, int[] nodes, int count, LiveRows room) {
    LiveView old = view;
    int deaths = old.deaths();
    lock.writeLock().lock();
    try {
      for (int i = 0; i < count; i++) {
        Object id = rows.ids()[first + i];
        int before = table.get(id, room.ids());
        if (before != IdTable.NONE) {
          room.die(before, deaths++);
        }
        int row = old.rowCount() + i;
        room.add(row, nodes[i], id);
        table.put(row, room.ids());
      }
      view = new LiveView(graph.view(), vectors.view(), room, old.rowCount() + count, deaths);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void publishRows(LiveView old, int[] nodes) {
    LiveRows rows = new LiveRows().withRoom(old.size(), graph.view().size());
    IdTable ids = new IdTable();
    int count = 0;
    for (int row = 0; row < old.rowCount(); row++) {
      if (old.lives(row)) {
        int node = old.rows().node(row);
        rows.add(count, nodes == null ? node : nodes[node], old.rows().id(row));
        ids.put(count++, rows.ids());
      }
    }
    lock.writeLock().lock();
    try {
      table = ids;
      view = new LiveView(graph.view(), vectors.view(), rows, count, 0);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void consolidateIfDue() {
    LiveView now = view;
    if (now.deaths() > now.rowCount() / DEAD_SHARE) {
      consolidate();
    }
  }

  /** Removes what a write that failed has left. */
  private void mend() {
    if (vectors.size() > view.graph().size()) {
      vectors.truncate(view.graph().size());
    }
    graph.mend(vectors.view());
  }
}
