package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import dev.knit.spark.TaskMessage;
import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DeltaWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * Writes the new rows of one attempt of a task and keeps the places of old ones. For one thread.
 */
final class ChangesWriter implements DeltaWriter<InternalRow> {
  private final StagedWriter rows;
  private final DeletedRows deleted = new DeletedRows();

  ChangesWriter(RowStage stage) {
    this.rows = new StagedWriter(stage);
  }

  @Override
  public void delete(InternalRow metadata, InternalRow place) {
    deleted.add(place);
  }

  @Override
  public void update(InternalRow metadata, InternalRow place, InternalRow row) throws IOException {
    deleted.add(place);
    rows.write(row);
  }

  @Override
  public void insert(InternalRow row) throws IOException {
    rows.write(row);
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    return new TaskMessage(new Changed(rows.part(), deleted));
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
