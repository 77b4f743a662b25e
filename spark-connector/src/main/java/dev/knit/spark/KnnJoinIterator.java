package dev.knit.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The joined rows of a partition, one left row after another; its rows are reused. The index is
 * opened at the first left row that has a vector. For one thread.
 */
final class KnnJoinIterator implements Iterator<InternalRow> {
  private final KnnJoinTask task;
  private final Iterator<InternalRow> left;
  private final UnsafeProjection queries;
  private final UnsafeProjection keys;
  private final BasePredicate asks;
  private final UnsafeProjection matches;
  private final UnsafeProjection unmatched;
  private final JoinedRow joined = new JoinedRow();
  private JoinSearch search;
  private List<JoinQuery> block = List.of();
  private JoinSearch.Neighbors[] found;
  private int at = -1;
  private int rank;
  private int end;

  KnnJoinIterator(KnnJoinTask task, Iterator<InternalRow> left) {
    this.task = task;
    this.left = left;
    this.queries = task.rows.queries();
    this.keys =
        UnsafeProjection.create(
            CollectionConverters.asScala(task.condition.leftKeys).toSeq(), task.rows.left());
    this.asks = task.condition.left.stream().reduce(And::new).map(this::leftPredicate).orElse(null);
    this.matches = task.rows.matches();
    this.unmatched = task.rows.unmatched();
  }

  private BasePredicate leftPredicate(Expression condition) {
    BasePredicate predicate = Predicate$.MODULE$.create(condition, task.rows.left());
    predicate.initialize(0);
    return predicate;
  }

  @Override
  public boolean hasNext() {
    while (rank == end && (at + 1 < block.size() || left.hasNext())) {
      if (++at == block.size()) {
        block = block();
        found = search == null ? new JoinSearch.Neighbors[block.size()] : search.find(block);
        at = 0;
      }
      rank = 0;
      end = found[at] != null ? found[at].size() : task.options.outer() ? 1 : 0;
    }
    return rank < end;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    task.metrics.rows().add(1);
    int place = rank++;
    return found[at] == null ? unmatched.apply(block.get(at).left()) : match(found[at], place);
  }

  private InternalRow match(JoinSearch.Neighbors neighbors, int place) {
    int[] columns = task.rows.numbers();
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          columns[i] == IndexColumns.RANK
              ? (Object) (place + 1)
              : search.open().value(neighbors.hits(), neighbors.ranks()[place], columns[i]);
    }
    return matches.apply(joined.apply(block.get(at).left(), new GenericInternalRow(values)));
  }

  private List<JoinQuery> block() {
    int size = task.search == null ? 1 : task.search.block();
    List<JoinQuery> next = new ArrayList<>(size);
    while (next.size() < size && left.hasNext()) {
      InternalRow row = left.next();
      next.add(query(size > 1 ? row.copy() : row));
    }
    return next;
  }

  private JoinQuery query(InternalRow row) {
    var asked = queries.apply(row);
    if (task.search == null || asked.isNullAt(0) || (asks != null && !asks.eval(row))) {
      return new JoinQuery(row, null, null, null);
    }
    var key = task.condition.hasKeys() ? keys.apply(row) : null;
    if (key != null && key.anyNull()) {
      return new JoinQuery(row, null, null, null);
    }
    if (search == null) {
      search = new JoinSearch(task, this);
    }
    return new JoinQuery(
        row,
        SparkVectors.floats(
            asked.getArray(0), () -> "Query for index '%s': Vector".formatted(task.search.path())),
        asked.numFields() > 1 && !asked.isNullAt(1) ? asked.getUTF8String(1).clone() : null,
        key == null ? null : key.copy());
  }
}
