package dev.knit.spark.sql;

import dev.knit.spark.OpenSearch;
import dev.knit.table.Hits;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** Some left rows with what was found for each. Immutable. */
final class LeftBlock {
  private final List<InternalRow> rows = new ArrayList<>();

  /** The place of a row's query among those that were asked; −1 for a row that has none. */
  private final List<Integer> places = new ArrayList<>();

  private final List<float[]> queries = new ArrayList<>();
  private Hits[] hits;

  /**
   * Adds a row.
   *
   * @param query null for a row that matches nothing
   */
  void add(InternalRow row, float[] query) {
    rows.add(row);
    places.add(query == null ? -1 : queries.size());
    if (query != null) {
      queries.add(query);
    }
  }

  /** Asks all queries. */
  void search(OpenSearch open) {
    hits = queries.isEmpty() ? new Hits[0] : open.hits(queries.toArray(float[][]::new));
  }

  /** How many rows have a query. */
  int queries() {
    return queries.size();
  }

  int size() {
    return rows.size();
  }

  InternalRow row(int i) {
    return rows.get(i);
  }

  /** What was found for a row; null for one that matches nothing. */
  Hits hits(int i) {
    return places.get(i) < 0 || hits[places.get(i)].size() == 0 ? null : hits[places.get(i)];
  }
}
