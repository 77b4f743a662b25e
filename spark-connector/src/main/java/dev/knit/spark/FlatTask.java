package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.SegmentWriter;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/** Writes the rows of a partition as a segment without a graph: its name and its file. */
record FlatTask(TableAccess table, String snapshotJson)
    implements FlatMapFunction<Iterator<InternalRow>, Tuple2<UUID, RowsFile>> {

  @Override
  public Iterator<Tuple2<UUID, RowsFile>> call(Iterator<InternalRow> rows) throws IOException {
    if (!rows.hasNext()) {
      return List.<Tuple2<UUID, RowsFile>>of().iterator();
    }
    Snapshot snapshot = Snapshot.fromJson(snapshotJson);
    List<Column> columns = snapshot.schema().metadata();
    try (SegmentWriter writer = new SegmentWriter(table.io(), table.path(), snapshot)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        Object id = CatalystValues.fromSpark(row, 0, snapshot.schema().id().type());
        Object[] metadata = new Object[columns.size()];
        for (int i = 0; i < metadata.length; i++) {
          metadata[i] = CatalystValues.fromSpark(row, i + 2, columns.get(i).type());
        }
        writer.write(
            id, SparkVectors.floats(row.getArray(1), () -> "Vector of row " + id), metadata);
      }
      SegmentInfo segment = writer.finish();
      return List.of(new Tuple2<>(segment.uuid(), segment.rowsFiles().get(0))).iterator();
    }
  }
}
