package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import dev.knit.spark.TaskMessage;
import java.util.List;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * Has tasks stage the rows of a table to be made.
 *
 * @param parts what they wrote, once all have
 */
record StagedWrite(RowStage stage, List<RowStage.Part> parts) implements Write, BatchWrite {
  @Override
  public BatchWrite toBatch() {
    return this;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new StagedWriters(stage);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    parts.addAll(TaskMessage.contents(messages, RowStage.Part.class));
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    stage.abort();
  }
}
