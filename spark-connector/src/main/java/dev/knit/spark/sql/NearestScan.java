package dev.knit.spark.sql;

import dev.knit.spark.GroupedSearch;
import dev.knit.spark.IndexColumns;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/**
 * The nearest of some rows to one vector: one task, which searches the index and tells them nearest
 * first. Where the index does not fit into an executor there is a task for each group of segments,
 * which tells the k nearest of that, and Spark sorts; only if ranks are asked for, one task
 * searches one group after another.
 */
record NearestScan(KnitScan rows, float[] query, int k, GroupedSearch search)
    implements Scan, Batch {

  /** A search for the {@code k} nearest. */
  static NearestScan of(KnitScan rows, float[] query, int k) {
    return new NearestScan(rows, query, k, GroupedSearch.of(Searches.of(rows, k, false)));
  }

  /** The same search for other columns. */
  NearestScan of(KnitScan others) {
    return new NearestScan(others, query, k, search);
  }

  /** Whether Spark must sort what tasks found, and take the first. */
  boolean isInGroups() {
    return search.count() > 1;
  }

  /** The groups that a task searches. */
  record Groups(int[] numbers, String[] places) implements InputPartition {
    private static final long serialVersionUID = 1;

    @Override
    public String[] preferredLocations() {
      return places;
    }
  }

  private record Readers(GroupedSearch search, float[] query, int k, int[] columns)
      implements PartitionReaderFactory {
    private static final long serialVersionUID = 1;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new NearestReader(search, ((Groups) partition).numbers(), query, k, columns);
    }
  }

  @Override
  public StructType readSchema() {
    return rows.readSchema();
  }

  @Override
  public String description() {
    return "%s %s%s"
        .formatted(
            rows.description(),
            Searches.describe(rows, k, false),
            isInGroups() ? " in " + search : "");
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ScanMetrics.all();
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    IntStream groups = IntStream.range(0, search.count());
    if (asksForRanks()) {
      return new InputPartition[] {new Groups(groups.toArray(), new String[0])};
    }
    return groups
        .mapToObj(group -> new Groups(new int[] {group}, search.places(group)))
        .toArray(InputPartition[]::new);
  }

  private boolean asksForRanks() {
    return Arrays.stream(rows.columns()).anyMatch(column -> column == IndexColumns.RANK);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Readers(search, query, k, rows.columns());
  }
}
