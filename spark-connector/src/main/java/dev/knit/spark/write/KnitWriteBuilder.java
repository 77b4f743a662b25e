package dev.knit.spark.write;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.TableAccess;
import dev.knit.table.Snapshot;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.V2ExpressionUtils;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsOverwriteV2;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.internal.connector.SupportsStreamingUpdateAsAppend;

/**
 * Takes what is to be written to an index table: rows to append, or, with the option {@code
 * upsert}, to put in the place of those with the same ids, or to have in the place of all or of
 * those that meet a condition.
 */
public final class KnitWriteBuilder
    implements SupportsOverwriteV2, SupportsStreamingUpdateAsAppend {
  private final TableAccess table;
  private final Snapshot base;
  private final LogicalWriteInfo info;
  private WriteMode mode;

  /** A write to the version {@code base} of a table. */
  public KnitWriteBuilder(TableAccess table, Snapshot base, LogicalWriteInfo info) {
    KeptParameters.check(base, info.options());
    this.table = table;
    this.base = base;
    this.info = info;
    this.mode = isUpsert(info) ? new WriteMode.Upsert() : new WriteMode.Append();
  }

  private static boolean isUpsert(LogicalWriteInfo info) {
    String upsert = info.options().getOrDefault("upsert", "false");
    if (!upsert.equalsIgnoreCase("true") && !upsert.equalsIgnoreCase("false")) {
      throw KnitErrors.invalid("upsert ('%s') must be true or false.".formatted(upsert));
    }
    return upsert.equalsIgnoreCase("true");
  }

  @Override
  public WriteBuilder truncate() {
    mode = new WriteMode.Truncate();
    return this;
  }

  @Override
  public boolean canOverwrite(Predicate[] predicates) {
    return Arrays.stream(predicates).allMatch(p -> V2ExpressionUtils.toCatalyst(p).isDefined());
  }

  @Override
  public WriteBuilder overwrite(Predicate[] predicates) {
    Expression condition =
        Arrays.stream(predicates)
            .map(predicate -> V2ExpressionUtils.toCatalyst(predicate).get())
            .reduce(And::new)
            .orElseThrow();
    mode = new WriteMode.Replace(ExpressionUtils.column(condition));
    return this;
  }

  @Override
  public Write build() {
    return new RowsWrite(table, base, info, mode);
  }
}
