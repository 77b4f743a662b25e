package dev.knit.spark.sql;

import dev.knit.spark.IndexSearch;
import dev.knit.spark.OpenSearch;
import dev.knit.table.Hits;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** What one search found, nearest first. For one thread. */
final class NearestReader implements PartitionReader<InternalRow> {
  private final OpenSearch open;
  private final Hits hits;
  private final int[] columns;
  private int rank = -1;

  NearestReader(IndexSearch search, float[] query, int[] columns) {
    this.open = search.open(this);
    this.hits = open.hits(query);
    this.columns = columns;
  }

  @Override
  public boolean next() {
    return ++rank < hits.size();
  }

  @Override
  public InternalRow get() {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = open.value(hits, rank, columns[i]);
    }
    return new GenericInternalRow(values);
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return ScanMetrics.of(open);
  }

  /** The task has the index, and closes it. */
  @Override
  public void close() {}
}
