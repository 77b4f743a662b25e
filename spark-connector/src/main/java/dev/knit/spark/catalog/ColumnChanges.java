package dev.knit.spark.catalog;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.KnitErrors;
import dev.knit.spark.TableAccess;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.io.IOException;
import org.apache.spark.sql.connector.catalog.TableChange;

/** Changes to the metadata columns of a table, one version each. */
record ColumnChanges(TableAccess table) {

  /**
   * Makes them in order.
   *
   * @throws IllegalArgumentException when one is not possible; those before it are made
   */
  Snapshot apply(TableChange... changes) throws IOException {
    for (TableChange change : changes) {
      if (!isPossible(change)) {
        throw KnitErrors.invalid(
            "ALTER TABLE of an index can add, drop and rename metadata columns, and nothing else (%s)."
                .formatted(change.getClass().getSimpleName()));
      }
    }
    Snapshot made = null;
    for (TableChange change : changes) {
      made = apply(change);
    }
    return made;
  }

  private static boolean isPossible(TableChange change) {
    return change instanceof TableChange.ColumnChange column
        && column.fieldNames().length == 1
        && (change instanceof TableChange.AddColumn add
                && add.position() == null
                && add.comment() == null
                && add.defaultValue() == null
            || change instanceof TableChange.DeleteColumn
            || change instanceof TableChange.RenameColumn);
  }

  private Snapshot apply(TableChange change) throws IOException {
    TableWriter writer = new TableWriter(table.io(), table.path());
    String name = ((TableChange.ColumnChange) change).fieldNames()[0];
    if (change instanceof TableChange.AddColumn add) {
      return writer.addColumn(IndexColumns.stored(name, add.dataType(), add.isNullable()));
    }
    return change instanceof TableChange.RenameColumn rename
        ? writer.renameColumn(name, rename.newName())
        : writer.dropColumn(name);
  }
}
