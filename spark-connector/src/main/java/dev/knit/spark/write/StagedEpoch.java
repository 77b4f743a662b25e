package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import dev.knit.spark.StagedRows;
import dev.knit.spark.TaskMessage;
import dev.knit.table.CommitKey;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;

/** Writes one epoch of a stream, once for each query and epoch, however often it is offered. */
final class StagedEpoch implements StreamingWrite {
  private final RowStage stage;
  private final String query;
  private final WriteMode mode;
  private boolean offered;

  /**
   * A write.
   *
   * @param query the id in the stream's checkpoint
   */
  StagedEpoch(RowStage stage, String query, WriteMode mode) {
    this.stage = stage;
    this.query = query;
    this.mode = mode;
  }

  @Override
  public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
    return new StagedWriters(stage);
  }

  /** Spark reads an epoch again from the same offsets, so its number names its content. */
  @Override
  public void commit(long epoch, WriterCommitMessage[] messages) {
    offered = true;
    CommitKey key = new CommitKey("spark-" + query, epoch, "epoch");
    mode.commit(
        new StagedRows(
            SparkSession.active(), stage, TaskMessage.contents(messages, RowStage.Part.class)),
        key);
  }

  @Override
  public void abort(long epoch, WriterCommitMessage[] messages) {
    if (!offered) {
      stage.abort();
    }
  }
}
