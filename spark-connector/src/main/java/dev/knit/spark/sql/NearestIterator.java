package dev.knit.spark.sql;

import dev.knit.spark.OpenSearch;
import dev.knit.table.Hits;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.errors.QueryExecutionErrors;

/**
 * The joined rows of a partition, one left row after another; its rows are reused. The index is
 * opened at the first left row. For one thread.
 */
final class NearestIterator implements Iterator<InternalRow> {
  private final NearestTask task;
  private final Iterator<InternalRow> left;
  private final UnsafeProjection queries;
  private final UnsafeProjection matches;
  private final UnsafeProjection unmatched;
  private final JoinedRow joined = new JoinedRow();
  private OpenSearch open;
  private LeftBlock block = new LeftBlock();
  private int at = -1;
  private Hits hits;
  private int rank;
  private int end;

  NearestIterator(NearestTask task, Iterator<InternalRow> left) {
    this.task = task;
    this.left = left;
    this.queries = task.rows().queries();
    this.matches = task.rows().matches();
    this.unmatched = task.rows().unmatched();
  }

  @Override
  public boolean hasNext() {
    while (rank == end && (at + 1 < block.size() || left.hasNext())) {
      if (++at == block.size()) {
        block = block();
        at = 0;
      }
      hits = block.hits(at);
      rank = 0;
      end = hits != null ? hits.size() : task.rows().spec().outer() ? 1 : 0;
    }
    return rank < end;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    task.metrics().rows().add(1);
    int place = rank++;
    return hits == null ? unmatched.apply(block.row(at)) : match(place);
  }

  private InternalRow match(int place) {
    Object[] values = new Object[task.columns().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = open.value(hits, place, task.columns()[i]);
    }
    return matches.apply(joined.apply(block.row(at), new GenericInternalRow(values)));
  }

  private LeftBlock block() {
    int size = task.search() == null ? 1 : task.search().block();
    LeftBlock next = new LeftBlock();
    while (next.size() < size && left.hasNext()) {
      InternalRow row = left.next();
      next.add(size > 1 ? row.copy() : row, query(row));
    }
    if (open != null) {
      task.metrics().count(open, next.queries(), () -> next.search(open));
    }
    return next;
  }

  /** The vector that a row looks for; null when it matches nothing. */
  private float[] query(InternalRow row) {
    InternalRow query = queries.apply(row);
    if (task.search() == null || query.isNullAt(0)) {
      return null;
    }
    if (open == null) {
      open = task.search().open(this);
      task.metrics().opened(open);
    }
    return vector(query.getArray(0));
  }

  private float[] vector(ArrayData array) {
    int dimension = open.snapshot().schema().dimension();
    if (array.numElements() != dimension) {
      throw QueryExecutionErrors.vectorDimensionMismatchError(
          task.rows().spec().function(), array.numElements(), dimension);
    }
    return QueryVector.of(array, task.metric()).orElse(null);
  }
}
