package dev.knit.spark.write;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.TableAccess;
import dev.knit.table.Snapshot;
import java.util.function.Function;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.DeltaWriteBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsDelta;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A DELETE, UPDATE or MERGE: the rows that it reads and what becomes of them, by their places in
 * the version that is read, in one version.
 *
 * @param base the version that is read
 */
public record KnitOperation(
    TableAccess table,
    Snapshot base,
    Command command,
    Function<CaseInsensitiveStringMap, ScanBuilder> scans)
    implements SupportsDelta {
  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return scans.apply(options);
  }

  @Override
  public NamedReference[] rowId() {
    IndexColumns columns = new IndexColumns(base.schema());
    return new NamedReference[] {
      Expressions.column(name(columns.field(IndexColumns.SEGMENT).name())),
      Expressions.column(name(columns.field(IndexColumns.ROW).name()))
    };
  }

  /** Names are parsed as SQL. */
  private static String name(String column) {
    return "`" + column.replace("`", "``") + "`";
  }

  @Override
  public DeltaWriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new RowChanges(this, info);
  }
}
