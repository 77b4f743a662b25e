package dev.knit.spark.write;

import dev.knit.spark.NewTable;
import dev.knit.spark.RowStage;
import dev.knit.spark.StagedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;

/** A table that is made of the rows of a query, or takes the place of another, in one commit. */
public final class StagedIndex implements StagedTable, SupportsWrite {
  private final NewTable made;
  private final String name;
  private final boolean replacing;
  private final RowStage stage;
  private final List<RowStage.Part> parts = new ArrayList<>();

  /** A table to be made. */
  public StagedIndex(NewTable made, String name, boolean replacing) {
    this.made = made;
    this.name = name;
    this.replacing = replacing;
    this.stage = made.stage();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Column[] columns() {
    return CatalogV2Util.structTypeToV2Columns(made.fields(), false);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new Rows();
  }

  @Override
  public void commitStagedChanges() {
    made.build(new StagedRows(made.spark(), stage, parts), replacing);
  }

  @Override
  public void abortStagedChanges() {
    stage.abort();
  }

  /** All rows of the query: none were there before. */
  private final class Rows implements SupportsTruncate {
    @Override
    public WriteBuilder truncate() {
      return this;
    }

    @Override
    public Write build() {
      return new StagedWrite(stage, parts);
    }
  }
}
