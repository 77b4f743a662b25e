package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DeltaWriter;
import org.apache.spark.sql.connector.write.DeltaWriterFactory;

/** Has tasks of a row-level statement write to a stage. */
record ChangesWriters(RowStage stage) implements DeltaWriterFactory {
  private static final long serialVersionUID = 1;

  @Override
  public DeltaWriter<InternalRow> createWriter(int partition, long task) {
    return new ChangesWriter(stage);
  }
}
