package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.RowCondition;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of an index that meet a condition, some of their columns: one task per file.
 *
 * @param conf how searches among these rows are answered
 * @param condition null for all rows
 */
record KnitScan(KnitTable table, SearchConf conf, RowCondition condition, StructType readSchema)
    implements Scan, Batch, SupportsReportStatistics {

  /** A part of the work: one file of one segment. */
  record Part(int segment, int file) implements InputPartition {
    private static final long serialVersionUID = 1;
  }

  @Override
  public String description() {
    return "knit %s version=%s%s".formatted(table.access().path(), table.version(), filters());
  }

  /** For descriptions. */
  String filters() {
    return condition == null ? "" : " filters=[%s]".formatted(condition);
  }

  /** The columns by number. */
  int[] columns() {
    return new IndexColumns(table.snapshot().schema()).numbers(readSchema);
  }

  /** This scan reads in any order, so it knows neither distance nor rank. */
  @Override
  public Batch toBatch() {
    for (int column : columns()) {
      if (column == IndexColumns.DISTANCE || column == IndexColumns.RANK) {
        throw new IllegalArgumentException(
            "Column '%s' is there in what a search by the index found, but this query does not search '%s' by it; see EXPLAIN, and order by the distance of the index's metric with a LIMIT, or use NEAREST BY."
                .formatted(
                    new IndexColumns(table.snapshot().schema()).field(column).name(),
                    table.name()));
      }
    }
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    List<Part> parts = new ArrayList<>();
    List<SegmentInfo> segments = table.snapshot().segments();
    for (int segment = 0; segment < segments.size(); segment++) {
      for (int file = 0; file < segments.get(segment).rowsFiles().size(); file++) {
        parts.add(new Part(segment, file));
      }
    }
    return parts.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new FileReaderFactory(table.access(), table.snapshot().toJson(), columns(), condition);
  }

  /** At most so many: a filter is not accounted for. */
  @Override
  public Statistics estimateStatistics() {
    long bytes =
        table.snapshot().segments().stream()
            .flatMap(segment -> segment.rowsFiles().stream())
            .mapToLong(RowsFile::bytes)
            .sum();
    return new Statistics() {
      @Override
      public OptionalLong sizeInBytes() {
        return OptionalLong.of(bytes);
      }

      @Override
      public OptionalLong numRows() {
        return OptionalLong.of(table.snapshot().rows());
      }
    };
  }
}
