package dev.knit.flink.table;

import dev.knit.table.TableWriter;
import java.io.IOException;
import java.util.List;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.TableChange;

/**
 * What ALTER TABLE changes of an index table: metadata columns are added, dropped and renamed, each
 * in a version. Nothing is changed when one of the changes cannot be made.
 */
record ColumnChanges(TableWriter writer, String table) {

  /**
   * Makes changes in their order.
   *
   * @throws ValidationException when there is one of another kind, before any is made
   */
  void apply(List<TableChange> changes) throws IOException {
    changes.forEach(this::requirePossible);
    for (TableChange change : changes) {
      make(change);
    }
  }

  private void make(TableChange change) throws IOException {
    try {
      if (change instanceof TableChange.AddColumn added) {
        writer.addColumn(column(added.getColumn()));
      } else if (change instanceof TableChange.DropColumn dropped) {
        writer.dropColumn(dropped.getColumnName());
      } else if (change instanceof TableChange.ModifyColumnName renamed) {
        writer.renameColumn(renamed.getOldColumnName(), renamed.getNewColumnName());
      }
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  private static dev.knit.table.Column column(Column added) {
    return FlinkTypes.column(added.getName(), added.getDataType().getLogicalType());
  }

  private void requirePossible(TableChange change) {
    if (change instanceof TableChange.AddColumn added) {
      requireAddable(added);
    } else if (change instanceof TableChange.SetOption option) {
      throw fixed(option.getKey());
    } else if (change instanceof TableChange.ResetOption option) {
      throw fixed(option.getKey());
    } else if (!(change instanceof TableChange.DropColumn
        || change instanceof TableChange.ModifyColumnName)) {
      throw new ValidationException(
          "ALTER TABLE %s: index tables have no such change (%s); metadata columns can be added at the end, dropped and renamed."
              .formatted(table, change.getClass().getSimpleName()));
    }
  }

  private void requireAddable(TableChange.AddColumn added) {
    Column column = added.getColumn();
    if (!column.isPhysical() || added.getPosition() != null || column.getComment().isPresent()) {
      throw new ValidationException(
          "ALTER TABLE %s: column '%s' cannot be added so; index tables have no computed or metadata columns of Flink, no comments, and new columns come last."
              .formatted(table, column.getName()));
    }
    if (!column.getDataType().getLogicalType().isNullable()) {
      throw new ValidationException(
          "ALTER TABLE %s: column '%s' cannot be NOT NULL, as it is null in the rows that there are."
              .formatted(table, column.getName()));
    }
  }

  private ValidationException fixed(String option) {
    return new ValidationException(
        "ALTER TABLE %s: option '%s' cannot be changed; an index table keeps those that it was made with. Give others where the table is used: /*+ OPTIONS(...) */."
            .formatted(table, option));
  }
}
