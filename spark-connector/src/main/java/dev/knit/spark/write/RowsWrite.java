package dev.knit.spark.write;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.RowStage;
import dev.knit.spark.TableAccess;
import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import java.util.stream.IntStream;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;

/**
 * A write to an index table.
 *
 * @param base the version that was read when the statement was analyzed
 */
record RowsWrite(TableAccess table, Snapshot base, LogicalWriteInfo info, WriteMode mode)
    implements Write {
  @Override
  public String description() {
    return "knit %s (%s)".formatted(table.path(), mode.name());
  }

  @Override
  public BatchWrite toBatch() {
    return new StagedBatch(stage(base), mode::commit);
  }

  /** Each epoch is written for the version that is the newest when it begins. */
  @Override
  public StreamingWrite toStreaming() {
    Snapshot newest = KnitErrors.told(() -> new IndexTable(table.io(), table.path()).snapshot());
    mode.requireStream(table, base, newest);
    return new StagedEpoch(stage(newest), info.queryId(), mode);
  }

  /** Spark has put the columns in the table's order. */
  private RowStage stage(Snapshot version) {
    int columns = version.schema().metadata().size() + 2;
    return RowStage.holding(table, version, IntStream.range(0, columns).toArray());
  }
}
