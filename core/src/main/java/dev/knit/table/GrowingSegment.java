package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * A segment into which rows are put, and from which they are deleted, by id, before it is sealed.
 * Of changes of an id the last counts. Steps of a change:
 *
 * <ol>
 *   <li>It waits among the newest {@value #WAITING}; a later one of the same id takes its place.
 *   <li>Then the row goes to the rows file, and its vector to a graph that grows while rows arrive.
 *       When its id is changed again, it is marked as deleted.
 * </ol>
 *
 * <p>{@link #seal} leaves up to {@value GrowingGraph#LEAST} rows without a graph. In memory are
 * vectors, graph and ids; {@link #bytes} tells how much. For one thread.
 */
public final class GrowingSegment implements Closeable {
  private static final int WAITING = GrowingGraph.BATCH;
  private static final int ID_BYTES = 64;

  private final FileIO io;
  private final String table;
  private final Snapshot base;
  private final int threads;
  private final UUID uuid = UUID.randomUUID();
  private final Map<Object, Row> waiting = new LinkedHashMap<>();
  private final Map<Object, Integer> written = new HashMap<>();
  private final RoaringBitmap dead = new RoaringBitmap();
  private final Set<Object> deleted = new LinkedHashSet<>();
  private GrowingGraph graph;
  private RowsWriter rows;
  private boolean sealed;

  private record Row(float[] vector, Object[] metadata) {}

  /**
   * Begins a segment for the table that has {@code base}.
   *
   * @param threads that build its graph, while the caller waits
   */
  public GrowingSegment(FileIO io, String table, Snapshot base, int threads) {
    this.io = io;
    this.table = table;
    this.base = base.draft();
    this.threads = threads;
  }

  /**
   * Puts a row in the place of any that has its id.
   *
   * @param vector kept, not copied
   * @param metadata one value per metadata column, of the class that its type names; kept
   * @throws IllegalArgumentException naming the row when its id, its vector or a value does not fit
   *     the table; nothing has changed then
   */
  public void upsert(Object id, float[] vector, Object[] metadata) throws IOException {
    Object own = RowCheck.row(base, id, vector, metadata);
    forget(own);
    deleted.remove(own);
    waiting.put(own, new Row(vector, metadata));
    if (waiting.size() >= WAITING) {
      drain();
    }
  }

  /**
   * Deletes the row that has an id, in this segment and in all that were there before.
   *
   * @throws IllegalArgumentException when it is null or of another type than the id column
   */
  public void delete(Object id) {
    Object own = RowCheck.id(base, id);
    forget(own);
    deleted.add(own);
  }

  /** Rows that were put, less those that were replaced while they waited. */
  public int rows() {
    return waiting.size() + (graph == null ? 0 : graph.rows());
  }

  /** How many ids were deleted and not put again. */
  public int deletes() {
    return deleted.size();
  }

  /** About how many bytes of memory it takes. */
  public long bytes() {
    long row = (long) base.schema().dimension() * Float.BYTES + ID_BYTES;
    long ids = (long) (written.size() + deleted.size()) * ID_BYTES;
    return waiting.size() * row + ids + (graph == null ? 0 : graph.bytes());
  }

  /**
   * Completes the files, and forgets all that is in memory.
   *
   * @return what is to be committed by {@link TableWriter#apply}; null when there was no change
   * @throws NoSuchIndexException when the table was dropped meanwhile
   */
  public SealedRows seal() throws IOException {
    drain();
    if (!written.isEmpty()) {
      IndexTable.requireThere(io, table);
    }
    sealed = true;
    List<Object> ids = new ArrayList<>(deleted);
    if (written.isEmpty()) {
      abandon();
      return ids.isEmpty() ? null : new SealedRows(uuid, base, null, ids);
    }
    return new SealedRows(uuid, base, segment(), ids);
  }

  /** Without {@link #seal} removes what was written. */
  @Override
  public void close() throws IOException {
    if (!sealed) {
      sealed = true;
      abandon();
    }
  }

  private void forget(Object id) {
    if (waiting.remove(id) == null) {
      Integer row = written.remove(id);
      if (row != null) {
        dead.add(row);
      }
    }
  }

  private void drain() throws IOException {
    if (rows == null && !waiting.isEmpty()) {
      IndexTable.requireThere(io, table);
      rows = RowsWriter.create(io, table, TableLayout.rows(uuid), base.schema());
      graph = new GrowingGraph(base.params(), base.schema().dimension(), threads);
    }
    for (Map.Entry<Object, Row> entry : waiting.entrySet()) {
      Row row = entry.getValue();
      rows.write(entry.getKey(), row.vector(), row.metadata());
      written.put(entry.getKey(), graph.rows());
      graph.add(entry.getKey(), row.vector());
    }
    waiting.clear();
  }

  private SegmentInfo segment() throws IOException {
    RowsFile file = rows.finish();
    SegmentGraph built = graph.finish();
    graph = null;
    SegmentInfo segment =
        built == null
            ? SegmentInfo.flat(uuid, List.of(file))
            : SegmentInfo.of(uuid, List.of(file), List.of(write(built)));
    return dead.isEmpty() ? segment : segment.with(DeletionVector.write(io, table, uuid, dead));
  }

  private GraphPart write(SegmentGraph built) throws IOException {
    GraphOrigin origin = new GraphOrigin(uuid, base.params(), base.schema().dimension());
    return GraphFile.write(io, table, TableLayout.graph(uuid), origin, built);
  }

  private void abandon() throws IOException {
    if (rows != null) {
      rows.close();
      io.deleteDirectory(TableLayout.resolve(table, TableLayout.segmentFile(uuid, "")));
    }
  }
}
