package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Hits;
import dev.knit.table.IndexSearcher;
import dev.knit.table.RowFilter;
import dev.knit.table.RowVectors;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/** An index that is open for searches, with what they look for. For one thread. */
public final class OpenSearch implements AutoCloseable {
  private final TableAccess table;
  private final Snapshot snapshot;
  private final IndexSearch search;
  private final IndexColumns columns;
  private final List<Integer> numbers;
  private final List<SegmentInfo> infos;
  private final OpenIndex open;
  private final List<Segment> segments;
  private final IndexSearcher searcher;
  private final RowFilter filter;
  private final RowVectors[] vectors;

  /** A search until it is closed. */
  OpenSearch(TableAccess table, Snapshot snapshot, IndexSearch search) {
    this.table = table;
    this.snapshot = snapshot;
    this.search = search;
    this.columns = new IndexColumns(snapshot.schema());
    this.numbers = search.segments(snapshot);
    this.infos = numbers.stream().map(snapshot.segments()::get).toList();
    this.open = OpenIndex.of(table, snapshot, infos);
    this.segments = open.segments();
    this.searcher = new IndexSearcher(segments);
    this.filter = allowed();
    this.vectors = new RowVectors[segments.size()];
  }

  private RowFilter allowed() {
    try {
      return search.condition() == null
          ? null
          : search.condition().filter(numbers, segments, columns);
    } catch (RuntimeException | Error e) {
      open.close();
      throw e;
    }
  }

  /** The same at the latest until the running task ends; outside of one, until a user is gone. */
  OpenSearch heldBy(Object user) {
    open.heldBy(user);
    return this;
  }

  /** The version that is searched. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /**
   * What was found, until the next call.
   *
   * @throws KnitException when the query does not fit the index
   */
  public Hits hits(float[] query) {
    return hits(query, search.options());
  }

  /** The same for several queries; each answer is its own. */
  public Hits[] hits(float[][] queries) {
    if (queries.length == 1) {
      return new Hits[] {hits(queries[0])};
    }
    if (!search.exact()) {
      throw new IllegalStateException("A graph is searched for one query at a time.");
    }
    return told(() -> searcher.searchExact(queries, search.options(), filter));
  }

  Hits hits(float[] query, SearchOptions options) {
    return hits(query, options, filter);
  }

  /** The same among the rows that {@code some} allows; null for all. */
  Hits hits(float[] query, SearchOptions options, RowFilter some) {
    return told(
        () ->
            search.exact()
                ? searcher.searchExact(query, options, some)
                : searcher.search(query, options, some));
  }

  /** The same for several queries, by measuring all rows; each answer is its own. */
  Hits[] exactHits(float[][] queries, SearchOptions options, RowFilter some) {
    return told(() -> searcher.searchExact(queries, options, some));
  }

  /** The rows that the search is among; null for all. */
  RowFilter filter() {
    return filter;
  }

  /** The rows that the search is among, in groups; found once per process. */
  RowGroups groups(PairCondition condition) {
    return RowGroups.of(condition, search.condition(), numbers, segments, columns);
  }

  /** A column of a row, as Spark's engine holds it. */
  Object value(int segment, int row, int column) {
    return columns.value(segments.get(segment), row, column);
  }

  /** A filter of rows of each segment, as words of a bit set. */
  RowFilter filter(long[][] words) {
    return RowFilter.of(segments, words);
  }

  /** Whether the search is among rows of which one is this. */
  boolean allows(int segment, int row) {
    return filter == null ? segments.get(segment).isLive(row) : filter.allows(segment, row);
  }

  List<Integer> segmentRows() {
    return segments.stream().map(Segment::rows).toList();
  }

  int rows() {
    return segments.stream().mapToInt(Segment::rows).sum();
  }

  private <T> T told(Supplier<T> found) {
    try {
      return found.get();
    } catch (IllegalArgumentException e) {
      String message = "Query for index '%s': %s".formatted(table.path(), e.getMessage());
      throw KnitErrors.told(new IllegalArgumentException(message, e));
    }
  }

  /** A column of the row at {@code rank}, from 0, as Spark's engine holds it. */
  public Object value(Hits hits, int rank, int column) {
    return switch (column) {
      case IndexColumns.DISTANCE -> hits.distance(rank);
      case IndexColumns.RANK -> rank + 1;
      case IndexColumns.SEGMENT -> numbers.get(hits.segment(rank));
      case IndexColumns.ROW -> hits.row(rank);
      case IndexColumns.VECTOR -> vector(hits.segment(rank), hits.row(rank));
      default -> columns.value(segments.get(hits.segment(rank)), hits.row(rank), column);
    };
  }

  /** Where a row comes among those of the same order that are found in other segments. */
  long place(Hits hits, int rank) {
    return (long) numbers.get(hits.segment(rank)) << Integer.SIZE | rank;
  }

  /** The row at {@code rank} beside those of other groups of segments. */
  public GroupedSearch.Found found(Hits hits, int rank, Object[] values) {
    return new GroupedSearch.Found(hits.order(rank), place(hits, rank), values);
  }

  /** The rows of a group as a filter; null when there are none. */
  RowFilter filter(RowGroups groups, UnsafeRow key) {
    return groups.filter(key, segments);
  }

  Object id(Hits hits, int rank) {
    return segments.get(hits.segment(rank)).id(hits.row(rank));
  }

  /** How many distances were computed. */
  public long distanceComputations() {
    return searcher.distanceComputations();
  }

  /** How many nodes walks expanded. */
  public long hops() {
    return searcher.hops();
  }

  /** How many searches by a graph measured all allowed rows instead. */
  public long exactFallbacks() {
    return searcher.exactFallbacks();
  }

  /** How many segments were open already when this was opened. */
  public int segmentsFoundOpen() {
    return open.foundOpen();
  }

  /** Bytes of the segments that were opened for this. */
  public long openedBytes() {
    return open.openedBytes();
  }

  /** Gives the segments back before the task ends; nothing may be asked of this afterwards. */
  @Override
  public void close() {
    open.close();
  }

  private Object vector(int segment, int row) {
    if (vectors[segment] == null) {
      vectors[segment] =
          new RowVectors(
              table.io(), table.path(), snapshot, infos.get(segment), segments.get(segment));
    }
    try {
      return UnsafeArrayData.fromPrimitiveArray(vectors[segment].vector(row));
    } catch (IOException e) {
      throw KnitErrors.told(e);
    }
  }
}
