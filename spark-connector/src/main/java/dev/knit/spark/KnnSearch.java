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
 * query, or where that does not fit into memory, one group of segments after another for each.
 */
public final class KnnSearch implements Serializable {
  static final String DISTANCE = "_distance";
  static final String RANK = "_rank";

  private static final long serialVersionUID = 1;
  private final IndexSearch search;
  private final GroupedSearch groups;
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
    this.groups = GroupedSearch.of(search);
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
    float[] query =
        KnitErrors.told(
            () ->
                SparkVectors.floats(
                    vector, () -> "Query for index '%s': Vector".formatted(search.path())));
    List<GroupedSearch.Found> found =
        groups.count() == 1
            ? found(open(), query, self)
            : groups.nearest(options.k(), group -> found(group, query, self));
    Object[] neighbors = new Object[found.size()];
    for (int i = 0; i < neighbors.length; i++) {
      Object[] values = found.get(i).values();
      values[columns.length + 1] = i + 1;
      neighbors[i] = new GenericInternalRow(values);
    }
    return new GenericArrayData(neighbors);
  }

  private OpenSearch open() {
    if (open == null) {
      open = search.open(this);
    }
    return open;
  }

  private List<GroupedSearch.Found> found(OpenSearch of, float[] query, UTF8String self) {
    Hits hits = of.hits(query, self == null ? search.options() : besideSelf);
    List<GroupedSearch.Found> found = new ArrayList<>(hits.size());
    for (int rank = 0; rank < hits.size() && found.size() < options.k(); rank++) {
      if (self == null || !isSelf(of.id(hits, rank), self)) {
        found.add(of.found(hits, rank, values(of, hits, rank)));
      }
    }
    return found;
  }

  private static boolean isSelf(Object id, UTF8String self) {
    return self.equals(UTF8String.fromString(id.toString()));
  }

  /** Of a neighbor, with room for its place without the row itself. */
  private Object[] values(OpenSearch of, Hits hits, int rank) {
    Object[] values = new Object[columns.length + 2];
    for (int i = 0; i < columns.length; i++) {
      values[i] = of.value(hits, rank, columns[i]);
    }
    values[columns.length] = hits.distance(rank);
    return values;
  }

  /** Shown in query plans. */
  @Override
  public String toString() {
    return "Knit[%s, k=%d, %s%s%s]"
        .formatted(
            search.path(),
            options.k(),
            options.exact() ? "exact" : "ef=" + options.ef(),
            options.filter() == null ? "" : ", filter=" + options.filter(),
            groups.count() == 1 ? "" : ", for each row in " + groups);
  }
}
