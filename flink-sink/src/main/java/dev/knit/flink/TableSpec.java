package dev.knit.flink;

import dev.knit.table.IndexParams;
import dev.knit.table.Operation;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import java.io.Serializable;
import java.util.List;

/**
 * Columns and parameters of a table that may have to be made.
 *
 * @param json of a first version
 */
record TableSpec(String json) implements Serializable {
  private static final long serialVersionUID = 1;

  static TableSpec of(TableSchema schema, IndexParams params) {
    Snapshot first = Snapshot.first(schema, params, List.of(), Operation.of(Operation.BUILD));
    return new TableSpec(first.toJson());
  }

  private Snapshot first() {
    return Snapshot.fromJson(json);
  }

  TableSchema schema() {
    return first().schema();
  }

  IndexParams params() {
    return first().params();
  }
}
