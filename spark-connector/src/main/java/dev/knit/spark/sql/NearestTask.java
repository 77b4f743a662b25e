package dev.knit.spark.sql;

import dev.knit.spark.IndexSearch;
import dev.knit.spark.JoinMetrics;
import dev.knit.vector.Metric;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Joins the rows of a partition.
 *
 * @param search null for an index without rows
 * @param columns what is asked of a row that was found, by number
 */
record NearestTask(
    NearestRows rows, IndexSearch search, int[] columns, Metric metric, JoinMetrics metrics)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1;

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> left) {
    return new NearestIterator(this, left);
  }
}
