package dev.knit.spark.sql;

import dev.knit.spark.IndexSearch;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** The nearest of some rows to one vector, nearest first: one task, which searches the index. */
record NearestScan(KnitScan rows, float[] query, int k) implements Scan, Batch {
  private record Whole() implements InputPartition {
    private static final long serialVersionUID = 1;
  }

  private record Readers(IndexSearch search, float[] query, int[] columns)
      implements PartitionReaderFactory {
    private static final long serialVersionUID = 1;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new NearestReader(search, query, columns);
    }
  }

  @Override
  public StructType readSchema() {
    return rows.readSchema();
  }

  @Override
  public String description() {
    return rows.description() + " " + Searches.describe(rows, k, false);
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
    return new InputPartition[] {new Whole()};
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new Readers(Searches.of(rows, k, false), query, rows.columns());
  }
}
