package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import dev.knit.spark.StagedRows;
import dev.knit.spark.TaskMessage;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.DeltaBatchWrite;
import org.apache.spark.sql.connector.write.DeltaWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** Has tasks stage rows and tell those that are to go, and commits both together. */
final class ChangesBatch implements DeltaBatchWrite {
  private final RowStage stage;
  private final String kind;
  private boolean offered;

  /**
   * A write.
   *
   * @param kind what the history tells
   */
  ChangesBatch(RowStage stage, String kind) {
    this.stage = stage;
    this.kind = kind;
  }

  @Override
  public DeltaWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new ChangesWriters(stage);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    offered = true;
    List<Changed> changes = TaskMessage.contents(messages, Changed.class);
    List<DeletedRows> deleted = changes.stream().map(Changed::deleted).toList();
    List<RowStage.Part> parts = changes.stream().map(Changed::part).toList();
    new StagedRows(SparkSession.active(), stage, parts).edit(kind, DeletedRows.words(deleted));
  }

  /** A commit that failed has cleaned up, unless it may have been made. */
  @Override
  public void abort(WriterCommitMessage[] messages) {
    if (!offered) {
      stage.abort();
    }
  }
}
