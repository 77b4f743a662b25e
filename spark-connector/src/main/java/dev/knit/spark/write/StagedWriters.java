package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;

/** Has tasks write to a stage. */
record StagedWriters(RowStage stage) implements DataWriterFactory, StreamingDataWriterFactory {
  private static final long serialVersionUID = 1;

  @Override
  public DataWriter<InternalRow> createWriter(int partition, long task) {
    return new StagedWriter(stage);
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partition, long task, long epoch) {
    return new StagedWriter(stage);
  }
}
