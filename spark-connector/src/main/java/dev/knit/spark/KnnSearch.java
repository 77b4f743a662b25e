package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Column;
import dev.knit.table.Hits;
import dev.knit.table.IndexSearcher;
import dev.knit.table.RowFilter;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Answers one query after another inside Spark's generated code, which calls {@link #search}; that
 * is why this class is public. Each task has a copy of its own, which opens the index at the first
 * query. The driver's copy answers when Spark's optimizer evaluates a query of constants.
 */
public final class KnnSearch implements Serializable {
  static final String DISTANCE = "_distance";
  static final String RANK = "_rank";

  private static final long serialVersionUID = 1;
  private final TableAccess table;
  private final String snapshotJson;
  private final KnnOptions options;
  private final Broadcast<long[][]> allowedRows;
  private final int[] columns;
  private transient Snapshot snapshot;
  private transient List<Segment> segments;
  private transient IndexSearcher searcher;
  private transient RowFilter filter;
  private transient SearchOptions search;
  private transient SearchOptions searchBesideSelf;

  /**
   * A search.
   *
   * @param allowedRows per segment the rows that may be found, as words of a bit set; null for all
   * @param columns the columns that are returned: −1 for the id, else the number of the metadata
   *     column
   */
  KnnSearch(
      TableAccess table,
      Snapshot snapshot,
      KnnOptions options,
      Broadcast<long[][]> allowedRows,
      int[] columns) {
    this.table = table;
    this.snapshotJson = snapshot.toJson();
    this.options = options;
    this.allowedRows = allowedRows;
    this.columns = columns.clone();
  }

  /** The neighbors of a vector, nearest first: an array of structs; null for null. */
  public ArrayData search(ArrayData vector) {
    return search(vector, null);
  }

  /** The same without the row whose id reads {@code self}. */
  public synchronized ArrayData search(ArrayData vector, UTF8String self) {
    if (vector == null) {
      return null;
    }
    open();
    float[] query =
        SparkVectors.floats(vector, () -> "Query for index '%s': Vector".formatted(table.path()));
    Hits hits = hits(query, self == null ? search : searchBesideSelf);
    List<Object> neighbors = new ArrayList<>(hits.size());
    for (int rank = 0; rank < hits.size() && neighbors.size() < options.k(); rank++) {
      Segment segment = segments.get(hits.segment(rank));
      if (self == null || !isSelf(segment.id(hits.row(rank)), self)) {
        neighbors.add(neighbor(segment, hits.row(rank), hits.distance(rank), neighbors.size() + 1));
      }
    }
    return new GenericArrayData(neighbors.toArray());
  }

  private Hits hits(float[] query, SearchOptions search) {
    try {
      if (filter == null) {
        return options.exact()
            ? searcher.searchExact(query, search)
            : searcher.search(query, search);
      }
      return options.exact()
          ? searcher.searchExact(query, search, filter)
          : searcher.search(query, search, filter);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Query for index '%s': %s".formatted(table.path(), e.getMessage()), e);
    }
  }

  private void open() {
    if (searcher == null) {
      snapshot = Snapshot.fromJson(snapshotJson);
      List<SegmentInfo> searched = searched();
      segments = OpenIndex.forTask(table, snapshot, searched, this).segments();
      filter = allowedRows == null ? null : RowFilter.of(segments, allowed(searched));
      search = options.search();
      searchBesideSelf = options.searchBesideSelf();
      searcher = new IndexSearcher(segments);
    }
  }

  /** The segments that have rows to be found. */
  private List<SegmentInfo> searched() {
    return snapshot.segments().stream()
        .filter(segment -> allowedRows == null || allowed(segment).length > 0)
        .toList();
  }

  private long[][] allowed(List<SegmentInfo> searched) {
    return searched.stream().map(this::allowed).toArray(long[][]::new);
  }

  private long[] allowed(SegmentInfo segment) {
    return allowedRows.value()[snapshot.segments().indexOf(segment)];
  }

  private static boolean isSelf(Object id, UTF8String self) {
    return self.equals(UTF8String.fromString(id.toString()));
  }

  private GenericInternalRow neighbor(Segment segment, int row, float distance, int rank) {
    Object[] values = new Object[columns.length + 2];
    for (int i = 0; i < columns.length; i++) {
      Column column =
          columns[i] < 0 ? snapshot.schema().id() : snapshot.schema().metadata().get(columns[i]);
      Object value = columns[i] < 0 ? segment.id(row) : segment.value(row, columns[i]);
      values[i] = CatalystValues.toSpark(value, column.type());
    }
    values[columns.length] = distance;
    values[columns.length + 1] = rank;
    return new GenericInternalRow(values);
  }

  /** Shown in query plans. */
  @Override
  public String toString() {
    return "Knit[%s, k=%d, %s%s]"
        .formatted(
            table.path(),
            options.k(),
            options.exact() ? "exact" : "ef=" + options.ef(),
            options.filter() == null ? "" : ", filter=" + options.filter());
  }
}
