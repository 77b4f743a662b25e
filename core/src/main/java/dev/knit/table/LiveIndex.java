package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.io.FileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.BufferVectors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorCheck;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * An index in memory into which rows are inserted, and from which they are deleted, while it is
 * searched. It is saved as an index table that every reader of Knit opens.
 *
 * <p>Safe for use by any number of threads. Writes wait for each other. Searches and lookups never
 * wait for a write to end, and see the index as it stood at one moment between their start and
 * their end: a row whose insertion returned before is there, one whose deletion returned before is
 * not, and of a row that is being replaced there is always exactly one version. {@link #insertAll}
 * lets its rows appear batch by batch; {@link #deleteAll} removes all of them at once.
 *
 * <p>Ids are unique: inserting an id that is there replaces its row. Rows with equal vectors share
 * a node of the graph and are all found. Deleted rows take memory until {@link #consolidate}, which
 * writes call by themselves when more than one row in five is deleted; such a write takes longer.
 *
 * <p>Ids are Integers, Longs or Strings as the id column says; a whole number of another type is
 * converted. An id that is null or of a wrong type is refused with an {@link
 * IllegalArgumentException} by every method.
 */
public final class LiveIndex {
  private final TableSchema schema;
  private final int threads;
  private final LiveWriter writer;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock saving = new ReentrantLock();
  private final ConcurrentLinkedQueue<LiveSearcher> idle = new ConcurrentLinkedQueue<>();
  private int clearedAt; // guarded by writing
  private LiveTable saved; // guarded by saving

  private LiveIndex(TableSchema schema, int threads, LiveWriter writer) {
    this.schema = schema;
    this.threads = threads;
    this.writer = writer;
  }

  /**
   * An index without rows, of int64 ids, with {@link HnswParams#DEFAULT}, that works on all
   * processors.
   */
  public static LiveIndex create(Metric metric, int dimension) {
    HnswParams hnsw = HnswParams.DEFAULT;
    TableSchema schema =
        new TableSchema(new Column("id", Primitive.INT64, false), "vector", dimension, List.of());
    IndexParams params =
        new IndexParams(metric, hnsw.m(), hnsw.efConstruction(), 0, 0, Quantization.NONE);
    return create(schema, params, Runtime.getRuntime().availableProcessors());
  }

  /**
   * An index without rows.
   *
   * @param schema without metadata columns, which a live index does not hold
   * @param params of which maxNorm need not be set: it grows with the vectors
   * @param threads for {@link #insertAll}, {@link #searchAll} and {@link #consolidate}
   * @throws IllegalArgumentException when the schema has metadata columns or {@code threads < 1}
   */
  public static LiveIndex create(TableSchema schema, IndexParams params, int threads) {
    check(schema, threads);
    FlatVectors none = FlatVectors.builder(params.metric(), schema.dimension(), 1).build();
    HnswGraph graph = HnswGraph.empty(params.m());
    return new LiveIndex(
        schema, threads, new LiveWriter(params, threads, none, graph, new Object[0], new int[0]));
  }

  /**
   * Reads the newest version of an index table. What is written later reaches it by {@link #save}.
   *
   * @throws NoSuchIndexException when there is no table
   * @throws IllegalArgumentException when it has several segments or metadata columns, or two rows
   *     have the same id
   * @throws CorruptIndexException when a file is not what was written
   */
  public static LiveIndex load(FileIO io, String path, int threads) throws IOException {
    Snapshot snapshot = Snapshot.load(io, path);
    check(snapshot.schema(), threads);
    LiveTable table = new LiveTable(path, snapshot);
    LiveIndex index;
    try (Segment segment = table.open(io)) {
      index =
          segment == null
              ? create(snapshot.schema(), snapshot.params(), threads)
              : of(snapshot, segment, threads);
    }
    index.saved = table;
    return index;
  }

  private static LiveIndex of(Snapshot snapshot, Segment segment, int threads) {
    LiveIndex index =
        segment.graph() == null
            ? flat(snapshot, segment, threads)
            : graph(snapshot, segment, threads);
    List<Object> deleted =
        IntStream.range(0, segment.rows())
            .filter(row -> !segment.isLive(row))
            .mapToObj(segment::id)
            .toList();
    if (!deleted.isEmpty()) {
      index.deleteAll(deleted);
    }
    return index;
  }

  private static LiveIndex flat(Snapshot snapshot, Segment segment, int threads) {
    LiveIndex index = create(snapshot.schema(), snapshot.params(), threads);
    FlatVectors vectors = floats(segment.vectors());
    List<Object> ids = IntStream.range(0, segment.rows()).mapToObj(segment::id).toList();
    index.insertAll(
        ids, IntStream.range(0, segment.rows()).mapToObj(vectors::vector).toArray(float[][]::new));
    return index;
  }

  private static LiveIndex graph(Snapshot snapshot, Segment segment, int threads) {
    Object[] ids = new Object[segment.rows()];
    int[] nodes = new int[ids.length];
    for (int row = 0; row < ids.length; row++) {
      ids[row] = segment.id(row);
      nodes[row] = segment.node(row);
    }
    LiveWriter writer =
        new LiveWriter(
            snapshot.params(), threads, floats(segment.vectors()), segment.graph(), ids, nodes);
    return new LiveIndex(snapshot.schema(), threads, writer);
  }

  /** A live index holds float32 on the heap, whatever the quantization of its table. */
  private static FlatVectors floats(VectorValues vectors) {
    if (vectors.exact() instanceof FlatVectors flat) {
      return flat;
    }
    int[] nodes = IntStream.range(0, vectors.size()).toArray();
    return ((BufferVectors) vectors.exact()).select(nodes);
  }

  /** Columns and dimension of its rows. */
  public TableSchema schema() {
    return schema;
  }

  /** How many rows there are. */
  public int size() {
    return writer.view().size();
  }

  /**
   * Inserts a row; a row that has the id is replaced.
   *
   * @param vector of {@code dimension} floats; it is copied
   * @throws IllegalArgumentException when a value is not finite, or the vector is of another
   *     dimension, or all zero under {@code cosine}
   */
  public void insert(Object id, float[] vector) {
    insertAll(Arrays.asList(id), new float[][] {vector});
  }

  /**
   * Inserts rows, on several threads; rows that have their ids are replaced. Of rows with the same
   * id the last is taken. All are checked before the first is inserted. When inserting fails for
   * another reason, such as too little memory, a part may have been inserted.
   *
   * @param vectors one for each id
   * @throws IllegalArgumentException as {@link #insert} does, or when there are more or fewer
   *     vectors than ids
   */
  public void insertAll(List<?> ids, float[][] vectors) {
    NewRows rows = NewRows.of(schema, writer.params(), ids, vectors);
    write(
        () -> {
          writer.insert(rows);
          return rows.size();
        });
  }

  /** Deletes a row, and returns whether there was one with that id. */
  public boolean delete(Object id) {
    return deleteAll(Arrays.asList(id)) == 1;
  }

  /** Deletes rows, and returns how many there were with these ids. */
  public int deleteAll(List<?> ids) {
    List<Object> known = ids.stream().map(this::checked).toList();
    return write(() -> writer.delete(known));
  }

  /** Removes deleted rows from memory and from the graph. */
  public void consolidate() {
    write(
        () -> {
          writer.consolidate();
          return 0;
        });
  }

  /** Whether there is a row with that id. */
  public boolean contains(Object id) {
    return writer.row(checked(id)).isPresent();
  }

  /** The vector of a row as it is stored: under {@code cosine} scaled to unit length. */
  public Optional<float[]> vector(Object id) {
    return writer
        .row(checked(id))
        .map(found -> found.view().vectors().vector(found.view().rows().node(found.row())));
  }

  /**
   * The {@code k} rows nearest to {@code query} that a beam of width {@code ef} finds, nearest
   * first. Fewer when there are fewer; {@code ef} of at least {@link #size} makes them exact.
   *
   * @throws IllegalArgumentException when {@code k < 1}, {@code ef < k}, or the query is of another
   *     dimension, not finite, or all zero under {@code cosine}
   */
  public LiveHits search(float[] query, int k, int ef) {
    LiveSearcher searcher = idle.poll();
    if (searcher == null) {
      searcher = new LiveSearcher();
    }
    LiveHits hits = searcher.search(writer.view(), query, k, ef);
    idle.add(searcher);
    return hits;
  }

  /**
   * {@link #search} for each query, on several threads. Each sees the index as it stands when its
   * turn comes.
   */
  public List<LiveHits> searchAll(float[][] queries, int k, int ef) {
    LiveSearcher.check(k, ef);
    for (int i = 0; i < queries.length; i++) {
      check(queries[i], i);
    }
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return pool.submit(
              () -> Arrays.stream(queries).parallel().map(q -> search(q, k, ef)).toList())
          .join();
    } finally {
      pool.shutdown();
    }
  }

  /**
   * Saves all rows as an index table: as version 1 of a new one, or as the next version of the one
   * that this index was loaded from or last saved to. Deleted rows are removed first. Writes wait
   * while the graph is copied, not while files are written.
   *
   * @return the snapshot that was committed
   * @throws IllegalArgumentException when there is another table in that directory
   * @throws CommitConflictException when somebody else has committed to the table since
   */
  public Snapshot save(FileIO io, String path) throws IOException {
    saving.lock();
    try {
      saved = savedTable(io, path);
      return saved.snapshot();
    } finally {
      saving.unlock();
    }
  }

  private LiveTable savedTable(FileIO io, String path) throws IOException {
    LiveSave save;
    HnswGraph graph;
    writing.lock();
    try {
      writer.consolidate();
      save = new LiveSave(io, path, saved, schema, writer.params(), writer.view());
      graph = writer.finishedGraph();
    } finally {
      writing.unlock();
    }
    return save.finish(graph);
  }

  /** The index as it stands. */
  LiveView view() {
    return writer.view();
  }

  /** A copy of its graph that never changes. */
  HnswGraph finishedGraph() {
    return write(writer::finishedGraph);
  }

  private <T> T write(Supplier<T> change) {
    writing.lock();
    try {
      T result = change.get();
      releaseOldMemory();
      return result;
    } finally {
      writing.unlock();
    }
  }

  /** Idle searchers hold the arrays of the view that they saw last. */
  private void releaseOldMemory() {
    int nodes = writer.view().graph().size();
    if (nodes < clearedAt || nodes > clearedAt * 5L / 4) {
      idle.clear();
      clearedAt = nodes;
    }
  }

  private Object checked(Object id) {
    return RowIds.of(schema.id(), id);
  }

  private void check(float[] query, int number) {
    Metric metric = writer.view().vectors().metric();
    String problem = VectorCheck.problem(query, schema.dimension(), metric);
    if (problem != null) {
      throw new IllegalArgumentException("Vector of query %d %s".formatted(number, problem));
    }
  }

  private static void check(TableSchema schema, int threads) {
    if (!schema.metadata().isEmpty()) {
      throw new IllegalArgumentException(
          "Column '%s' holds metadata, but a live index has only ids and vectors."
              .formatted(schema.metadata().get(0).name()));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads (%d) must be at least 1.".formatted(threads));
    }
  }
}
