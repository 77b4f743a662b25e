package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Hits;
import dev.knit.table.IndexSearcher;
import dev.knit.table.RowFilter;
import dev.knit.table.RowVectors;
import dev.knit.table.Segment;
import dev.knit.table.SegmentCache;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * One version of a table, open for searches among the rows that meet its condition. It closes when
 * the last user has released it. Safe for use by many threads.
 */
final class ServedVersion {
  /** Segments in use by this process; those that nobody uses are closed at once. */
  private static final SegmentCache SEGMENTS = new SegmentCache(0);

  private final TableAccess table;
  private final Snapshot snapshot;
  private final BoundColumns columns;
  private final List<SegmentInfo> infos;
  private final List<SegmentCache.Lease> leases = new ArrayList<>();
  private final Deque<Searcher> idle = new ConcurrentLinkedDeque<>();
  private final HeldVersion held;
  private final RowFilter filter;
  private int users = 1;

  private ServedVersion(SearchSpec.Served served, Snapshot snapshot) throws IOException {
    this.table = served.table();
    this.snapshot = snapshot;
    this.columns = new BoundColumns(table.path(), served.shape(), snapshot);
    this.infos = snapshot.segments().stream().filter(columns::mayMatch).toList();
    this.held = HeldVersion.of(table, snapshot.version());
    try {
      for (SegmentInfo info : infos) {
        leases.add(SEGMENTS.acquire(table.io(), table.path(), snapshot, info));
      }
      this.filter = columns.filter(segments());
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Opens a version; the caller is its first user. */
  static ServedVersion open(SearchSpec.Served served, Snapshot snapshot) throws IOException {
    return new ServedVersion(served, snapshot);
  }

  /** Bytes of all segments that this process has open. */
  static long openBytes() {
    return SEGMENTS.bytes();
  }

  Snapshot snapshot() {
    return snapshot;
  }

  List<Segment> segments() {
    return leases.stream().map(SegmentCache.Lease::segment).toList();
  }

  synchronized void retain() {
    if (users == 0) {
      throw new IllegalStateException("Version %d is closed.".formatted(snapshot.version()));
    }
    users++;
  }

  synchronized void release() {
    users--;
    if (users == 0) {
      close();
    }
  }

  private void close() {
    leases.forEach(SegmentCache.Lease::close);
    SEGMENTS.clear();
    held.close();
  }

  /** What one thread at a time searches with. */
  private final class Searcher {
    final IndexSearcher index = new IndexSearcher(segments());
    final RowVectors[] vectors = new RowVectors[leases.size()];

    RowVectors vectors(int segment) {
      if (vectors[segment] == null) {
        vectors[segment] =
            new RowVectors(
                table.io(),
                table.path(),
                snapshot,
                infos.get(segment),
                leases.get(segment).segment());
      }
      return vectors[segment];
    }
  }

  /**
   * The {@code k} nearest rows, nearest first, each with its score as the last field.
   *
   * @throws IllegalArgumentException when the query is no vector for this table
   */
  Collection<RowData> search(ArrayData query, int k, SearchConfig config, SearchMetrics metrics) {
    float[] vector = vector(query);
    if (vector == null) {
      return List.of();
    }
    Searcher searcher = idle.poll();
    searcher = searcher == null ? new Searcher() : searcher;
    long before = searcher.index.distanceComputations();
    List<RowData> rows = rows(searcher, hits(searcher.index, vector, k, config), config);
    metrics.searched(searcher.index.distanceComputations() - before);
    idle.push(searcher);
    return rows;
  }

  private float[] vector(ArrayData query) {
    try {
      return QueryVector.of(query, snapshot.schema().dimension(), snapshot.params().metric());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Query for index '%s': %s".formatted(table.path(), e.getMessage()), e);
    }
  }

  private Hits hits(IndexSearcher index, float[] vector, int k, SearchConfig config) {
    SearchOptions options = config.options(k);
    return config.exact()
        ? index.searchExact(vector, options, filter)
        : index.search(vector, options, filter);
  }

  private List<RowData> rows(Searcher searcher, Hits hits, SearchConfig config) {
    List<RowData> rows = new ArrayList<>(hits.size());
    for (int rank = 0; rank < hits.size(); rank++) {
      double score = SearchConfig.score(snapshot.params().metric(), hits.distance(rank));
      if (config.admits(hits.distance(rank), score)) {
        rows.add(row(searcher, hits.segment(rank), hits.row(rank), score));
      }
    }
    return rows;
  }

  private RowData row(Searcher searcher, int segment, int row, double score) {
    GenericRowData made =
        columns.row(
            leases.get(segment).segment(), row, at -> vector(searcher.vectors(segment), at), 1);
    made.setField(made.getArity() - 1, score);
    return made;
  }

  private static float[] vector(RowVectors vectors, int row) {
    try {
      return vectors.vector(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
