package dev.knit.spark.sql;

import java.util.Collections;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How many rows there are, which the version says: nothing is read. */
record CountScan(KnitTable table, StructType readSchema) implements LocalScan {

  /** One column for each {@code count(*)} of a query. */
  static StructType schema(int counts) {
    StructType schema = new StructType();
    for (int i = 0; i < counts; i++) {
      schema = schema.add("count_" + i, DataTypes.LongType, false);
    }
    return schema;
  }

  @Override
  public String description() {
    return "knit %s version=%s count".formatted(table.access().path(), table.version());
  }

  @Override
  public InternalRow[] rows() {
    Object[] counts = Collections.nCopies(readSchema.length(), table.snapshot().rows()).toArray();
    return new InternalRow[] {new GenericInternalRow(counts)};
  }
}
