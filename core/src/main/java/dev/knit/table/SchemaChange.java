package dev.knit.table;

import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes the metadata columns; no rows are written. */
final class SchemaChange implements Change {
  private final String table;
  private final Map<String, String> details;
  private final UnaryOperator<TableSchema> change;

  SchemaChange(String table, Map<String, String> details, UnaryOperator<TableSchema> change) {
    this.table = table;
    this.details = details;
    this.change = change;
  }

  @Override
  public void rebase(Snapshot before, Snapshot theirs) throws CommitConflictException {
    Conflicts.requireSameContent(table, before, theirs);
  }

  @Override
  public Snapshot next(Snapshot newest) {
    return newest.next(change.apply(newest.schema()), new Operation(Operation.SCHEMA, details));
  }
}
