package dev.knit.spark;

import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/** Joins the rows of a partition. Keeps, on the driver, what it searches in use. */
final class KnnJoinTask implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1;
  final JoinRows rows;
  final IndexSearch search;
  final KnnOptions options;
  final PairCondition condition;
  final JoinMetrics metrics;

  @SuppressWarnings("unused")
  private final transient Object target;

  KnnJoinTask(
      JoinRows rows,
      IndexSearch search,
      KnnOptions options,
      PairCondition condition,
      JoinMetrics metrics,
      Object target) {
    this.rows = rows;
    this.search = search;
    this.options = options;
    this.condition = condition;
    this.metrics = metrics;
    this.target = target;
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> left) {
    return new KnnJoinIterator(this, left);
  }
}
