package dev.knit.spark.sql;

import dev.knit.spark.OpenSearch;
import dev.knit.table.Hits;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
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
  private InternalRow current;
  private Hits hits;
  private int found;
  private int rank;

  NearestIterator(NearestTask task, Iterator<InternalRow> left) {
    this.task = task;
    this.left = left;
    this.queries = task.rows().queries();
    this.matches = task.rows().matches();
    this.unmatched = task.rows().unmatched();
  }

  @Override
  public boolean hasNext() {
    while (rank == found && left.hasNext()) {
      current = left.next();
      rank = 0;
      found = find();
      if (found == 0 && task.rows().spec().outer()) {
        hits = null;
        found = 1;
      }
    }
    return rank < found;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    task.outputRows().add(1);
    if (hits == null) {
      rank++;
      return unmatched.apply(current);
    }
    Object[] values = new Object[task.columns().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = open.value(hits, rank, task.columns()[i]);
    }
    rank++;
    return matches.apply(joined.apply(current, new GenericInternalRow(values)));
  }

  private int find() {
    InternalRow query = queries.apply(current);
    if (task.search() == null || query.isNullAt(0)) {
      return 0;
    }
    if (open == null) {
      open = task.search().open(this);
    }
    Optional<float[]> vector = vector(query.getArray(0));
    if (vector.isEmpty()) {
      return 0;
    }
    long before = open.distanceComputations();
    hits = open.hits(vector.get());
    task.distances().add(open.distanceComputations() - before);
    return hits.size();
  }

  private Optional<float[]> vector(ArrayData array) {
    int dimension = open.snapshot().schema().dimension();
    if (array.numElements() != dimension) {
      throw QueryExecutionErrors.vectorDimensionMismatchError(
          task.rows().spec().function(), array.numElements(), dimension);
    }
    return QueryVector.of(array, task.metric());
  }
}
