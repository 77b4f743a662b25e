package dev.knit.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;

/**
 * Joined rows out of {@link FoundRows} that are sorted: of each row of the left the k first; its
 * rows are reused. For one thread.
 */
final class MergeIterator implements Iterator<InternalRow> {
  private final Iterator<InternalRow> sorted;
  private final KnnOptions options;
  private final SQLMetric count;
  private final int rank;
  private final UnsafeProjection matches;
  private final UnsafeProjection unmatched;
  private final UnsafeRow left;
  private final UnsafeRow right;
  private final JoinedRow joined = new JoinedRow();
  private int taken = -1; // of the row of the left; -1 before the first
  private InternalRow ahead; // the next to be read; null when there is none
  private boolean isMatch;
  private boolean ready;

  /**
   * An iterator.
   *
   * @param rank the place of the rank among the columns; -1 when it is not asked for
   */
  MergeIterator(
      Iterator<InternalRow> sorted, JoinRows rows, KnnOptions options, int rank, SQLMetric count) {
    this.sorted = sorted;
    this.options = options;
    this.count = count;
    this.rank = rank;
    this.matches = rows.matches();
    this.unmatched = rows.unmatched();
    this.left = new UnsafeRow(rows.left().size());
    this.right = new UnsafeRow(rows.columns().size());
    this.ahead = read();
  }

  private InternalRow read() {
    return sorted.hasNext() ? sorted.next() : null;
  }

  @Override
  public boolean hasNext() {
    while (!ready && (ahead != null || isUnmatched())) {
      advance();
    }
    return ready;
  }

  private boolean isUnmatched() {
    return taken == 0 && options.outer();
  }

  private void advance() {
    boolean starts = ahead == null || ahead.isNullAt(FoundRows.ORDER);
    if (starts && isUnmatched()) {
      ready = true;
      isMatch = false;
      taken = -1; // told once
    } else if (starts) {
      point(left);
      taken = 0;
      ahead = read();
    } else {
      ready = taken < options.k();
      if (ready) {
        isMatch = true;
        point(right);
        taken++;
      }
      ahead = read();
    }
  }

  private void point(UnsafeRow row) {
    byte[] bytes = ahead.getBinary(FoundRows.VALUES);
    row.pointTo(bytes, bytes.length);
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    count.add(1);
    if (!isMatch) {
      return unmatched.apply(joined.apply(left, right));
    }
    if (rank >= 0) {
      right.setInt(rank, taken);
    }
    return matches.apply(joined.apply(left, right));
  }
}
