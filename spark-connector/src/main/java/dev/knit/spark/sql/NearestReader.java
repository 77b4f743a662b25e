package dev.knit.spark.sql;

import dev.knit.spark.GroupedSearch;
import dev.knit.spark.IndexColumns;
import dev.knit.spark.OpenSearch;
import dev.knit.table.Hits;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** What searches of some groups of segments found, nearest first. For one thread. */
final class NearestReader implements PartitionReader<InternalRow> {
  private final float[] query;
  private final int k;
  private final int[] columns;
  private final List<long[]> counts = new ArrayList<>();
  private final Iterator<Object[]> rows;
  private Object[] row;

  NearestReader(GroupedSearch search, int[] groups, float[] query, int k, int[] columns) {
    this.query = query;
    this.k = k;
    this.columns = columns;
    this.rows = groups.length == 1 ? of(search.open(groups[0], this)) : merged(search);
  }

  private Iterator<Object[]> of(OpenSearch open) {
    Hits hits = hits(open);
    return IntStream.range(0, hits.size()).mapToObj(rank -> values(open, hits, rank)).iterator();
  }

  private Hits hits(OpenSearch open) {
    Hits hits = open.hits(query);
    counts.add(ScanMetrics.of(open));
    return hits;
  }

  private Object[] values(OpenSearch open, Hits hits, int rank) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = open.value(hits, rank, columns[i]);
    }
    return values;
  }

  private Iterator<Object[]> merged(GroupedSearch search) {
    List<GroupedSearch.Found> nearest = search.nearest(k, this::found);
    return IntStream.range(0, nearest.size())
        .mapToObj(place -> ranked(nearest.get(place).values(), place + 1))
        .iterator();
  }

  private List<GroupedSearch.Found> found(OpenSearch open) {
    Hits hits = hits(open);
    return IntStream.range(0, hits.size())
        .mapToObj(rank -> open.found(hits, rank, values(open, hits, rank)))
        .toList();
  }

  private Object[] ranked(Object[] values, int rank) {
    for (int i = 0; i < values.length; i++) {
      if (columns[i] == IndexColumns.RANK) {
        values[i] = rank;
      }
    }
    return values;
  }

  @Override
  public boolean next() {
    row = rows.hasNext() ? rows.next() : null;
    return row != null;
  }

  @Override
  public InternalRow get() {
    return new GenericInternalRow(row);
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return ScanMetrics.sum(counts);
  }

  /** The task has the index, and closes it. */
  @Override
  public void close() {}
}
