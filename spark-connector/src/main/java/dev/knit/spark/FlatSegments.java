package dev.knit.spark;

import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** Writes rows as segments without graphs. */
final class FlatSegments {
  private FlatSegments() {}

  /**
   * Writes the rows in up to {@code parts} segments, each in the order of ids.
   *
   * @param rows id, vector and metadata as {@code snapshot} has them
   */
  static List<SegmentInfo> write(
      TableAccess table, Snapshot snapshot, Dataset<Row> rows, int parts) {
    Dataset<Row> placed = rows.coalesce(parts).sortWithinPartitions(rows.columns()[0]);
    List<Tuple2<UUID, RowsFile>> written =
        ((org.apache.spark.sql.classic.Dataset<Row>) placed)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(new FlatTask(table, snapshot.toJson()))
            .collect();
    return written.stream().map(file -> SegmentInfo.flat(file._1(), List.of(file._2()))).toList();
  }
}
