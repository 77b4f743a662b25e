package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DeltaWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** Writes the new rows of one attempt of a task and keeps the ids of old ones. For one thread. */
final class ChangesWriter implements DeltaWriter<InternalRow> {
  private final RowStage stage;
  private final StagedWriter rows;
  private final List<Object> deleted = new ArrayList<>();

  ChangesWriter(RowStage stage) {
    this.stage = stage;
    this.rows = new StagedWriter(stage);
  }

  @Override
  public void delete(InternalRow metadata, InternalRow id) {
    deleted.add(stage.id(id));
  }

  @Override
  public void update(InternalRow metadata, InternalRow id, InternalRow row) throws IOException {
    deleted.add(stage.id(id));
    rows.write(row);
  }

  @Override
  public void insert(InternalRow row) throws IOException {
    rows.write(row);
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    return new Changed(rows.part(), deleted.toArray());
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
