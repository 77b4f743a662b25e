package dev.knit.spark.write;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.RowStage;
import dev.knit.spark.TaskMessage;
import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** Writes the rows of one attempt of a task. For one thread. */
final class StagedWriter implements DataWriter<InternalRow> {
  private final RowStage.Writer rows;

  StagedWriter(RowStage stage) {
    this.rows = stage.writer();
  }

  @Override
  public void write(InternalRow row) throws IOException {
    try {
      rows.write(row);
    } catch (IllegalArgumentException e) {
      throw KnitErrors.told(e);
    }
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    return new TaskMessage(part());
  }

  /** Completes what was written. */
  RowStage.Part part() throws IOException {
    return rows.finish();
  }

  @Override
  public void abort() throws IOException {
    rows.abort();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
