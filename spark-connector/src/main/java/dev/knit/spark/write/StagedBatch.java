package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import dev.knit.spark.StagedRows;
import dev.knit.spark.TaskMessage;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** Has tasks stage rows and commits them together. */
class StagedBatch implements BatchWrite {
  private final RowStage stage;
  private final Consumer<StagedRows> commit;
  private boolean offered;

  /**
   * A write.
   *
   * @param commit what is done with the rows
   */
  StagedBatch(RowStage stage, Consumer<StagedRows> commit) {
    this.stage = stage;
    this.commit = commit;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new StagedWriters(stage);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    offered = true;
    commit.accept(
        new StagedRows(
            SparkSession.active(), stage, TaskMessage.contents(messages, RowStage.Part.class)));
  }

  /** A commit that failed has cleaned up, unless it may have been made. */
  @Override
  public void abort(WriterCommitMessage[] messages) {
    if (!offered) {
      stage.abort();
    }
  }
}
