package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.RowCondition;
import dev.knit.spark.TableAccess;
import dev.knit.table.Snapshot;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Opens files of an index in tasks. */
record FileReaderFactory(
    TableAccess table, String snapshotJson, int[] columns, RowCondition condition)
    implements PartitionReaderFactory {
  private static final long serialVersionUID = 1;

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    Snapshot snapshot = Snapshot.fromJson(snapshotJson);
    return KnitErrors.told(
        () -> new FileReader(table, snapshot, (KnitScan.Part) partition, columns, condition));
  }
}
