package dev.knit.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;

/** The joined rows of a partition; its rows are reused. For one thread. */
final class KnnJoinIterator implements Iterator<InternalRow> {
  private final KnnJoinTask task;
  private final JoinReader left;
  private final UnsafeProjection matches;
  private final UnsafeProjection unmatched;
  private final JoinedRow joined = new JoinedRow();
  private int place;
  private int end;

  KnnJoinIterator(KnnJoinTask task, Iterator<InternalRow> left) {
    this.task = task;
    this.left = new JoinReader(task, left);
    this.matches = task.rows.matches();
    this.unmatched = task.rows.unmatched();
  }

  @Override
  public boolean hasNext() {
    while (place == end && left.next()) {
      place = 0;
      end = left.neighbors() != null ? left.neighbors().size() : task.options.outer() ? 1 : 0;
    }
    return place < end;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    task.metrics.rows().add(1);
    int next = place++;
    return left.neighbors() == null
        ? unmatched.apply(left.row())
        : matches.apply(joined.apply(left.row(), left.values(next)));
  }
}
