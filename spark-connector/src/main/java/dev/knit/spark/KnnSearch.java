package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Hits;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Answers one query after another inside Spark's generated code, which calls {@link #search}; that
 * is why this class is public. Each task has a copy of its own, which opens the index at the first
 * query.
 */
public final class KnnSearch implements Serializable {
  static final String DISTANCE = "_distance";
  static final String RANK = "_rank";

  private static final long serialVersionUID = 1;
  private final IndexSearch search;
  private final KnnOptions options;
  private final int[] columns;
  private final SearchOptions besideSelf;
  private transient OpenSearch open;

  /**
   * A search.
   *
   * @param columns the columns that are returned, by number
   */
  KnnSearch(IndexSearch search, KnnOptions options, int[] columns) {
    this.search = search;
    this.options = options;
    this.columns = columns.clone();
    this.besideSelf = options.searchBesideSelf();
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
    if (open == null) {
      open = search.open(this);
    }
    float[] query =
        KnitErrors.told(
            () ->
                SparkVectors.floats(
                    vector, () -> "Query for index '%s': Vector".formatted(search.path())));
    Hits hits = open.hits(query, self == null ? search.options() : besideSelf);
    List<Object> neighbors = new ArrayList<>(hits.size());
    for (int rank = 0; rank < hits.size() && neighbors.size() < options.k(); rank++) {
      if (self == null || !isSelf(open.id(hits, rank), self)) {
        neighbors.add(neighbor(hits, rank, neighbors.size() + 1));
      }
    }
    return new GenericArrayData(neighbors.toArray());
  }

  private static boolean isSelf(Object id, UTF8String self) {
    return self.equals(UTF8String.fromString(id.toString()));
  }

  /** A neighbor whose place is {@code place} without the row itself. */
  private GenericInternalRow neighbor(Hits hits, int rank, int place) {
    Object[] values = new Object[columns.length + 2];
    for (int i = 0; i < columns.length; i++) {
      values[i] = open.value(hits, rank, columns[i]);
    }
    values[columns.length] = hits.distance(rank);
    values[columns.length + 1] = place;
    return new GenericInternalRow(values);
  }

  /** Shown in query plans. */
  @Override
  public String toString() {
    return "Knit[%s, k=%d, %s%s]"
        .formatted(
            search.path(),
            options.k(),
            options.exact() ? "exact" : "ef=" + options.ef(),
            options.filter() == null ? "" : ", filter=" + options.filter());
  }
}
