package dev.knit.flink.table;

import java.io.Serializable;
import java.util.List;

/**
 * What rows a source gives.
 *
 * @param columns those of the statement
 * @param projected places of the columns that are given, among those
 * @param metadata keys of {@link RowMetadata} that follow
 * @param condition what rows must meet; null for nothing
 */
record RowShape(
    TableColumns columns, List<Integer> projected, List<RowMetadata> metadata, Condition condition)
    implements Serializable {

  /** All columns of all rows. */
  static RowShape all(TableColumns columns) {
    List<Integer> every =
        java.util.stream.IntStream.range(0, columns.row().getFieldCount()).boxed().toList();
    return new RowShape(columns, every, List.of(), null);
  }

  RowShape projected(List<Integer> places) {
    return new RowShape(columns, List.copyOf(places), metadata, condition);
  }

  RowShape metadata(List<RowMetadata> keys) {
    return new RowShape(columns, projected, List.copyOf(keys), condition);
  }

  /** The same for rows that meet this too. */
  RowShape where(Condition more) {
    Condition both = condition == null ? more : new Condition.And(List.of(condition, more));
    return new RowShape(columns, projected, metadata, both);
  }

  /** How many fields a row has. */
  int arity() {
    return projected.size() + metadata.size();
  }
}
