package dev.knit.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayData;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of the left one after another, with the neighbors of each. The index is opened at the first
 * row that has a vector. For one thread.
 */
final class JoinReader {
  private final KnnJoinTask task;
  private final Iterator<InternalRow> rows;
  private final UnsafeProjection queries;
  private final UnsafeProjection keys;
  private final BasePredicate asks;
  private JoinSearch search;
  private List<JoinQuery> block = List.of();
  private JoinSearch.Neighbors[] found;
  private int at = -1;

  JoinReader(KnnJoinTask task, Iterator<InternalRow> rows) {
    this.task = task;
    this.rows = rows;
    this.queries = task.rows.queries();
    this.keys =
        UnsafeProjection.create(
            CollectionConverters.asScala(task.condition.leftKeys).toSeq(), task.rows.left());
    this.asks = task.condition.left.stream().reduce(And::new).map(this::leftPredicate).orElse(null);
  }

  private BasePredicate leftPredicate(Expression condition) {
    BasePredicate predicate = Predicate$.MODULE$.create(condition, task.rows.left());
    predicate.initialize(0);
    return predicate;
  }

  /** Goes on to the next row, if there is one. */
  boolean next() {
    if (at + 1 >= block.size() && !rows.hasNext()) {
      return false;
    }
    if (++at == block.size()) {
      block = block();
      found = search == null ? new JoinSearch.Neighbors[block.size()] : search.find(block);
      at = 0;
    }
    return true;
  }

  /** The row, until the next. */
  InternalRow row() {
    return block.get(at).left();
  }

  /** Its neighbors, until the next; null when it has none. */
  JoinSearch.Neighbors neighbors() {
    return found[at];
  }

  /** What is asked of the neighbor at {@code place}, from 0. */
  GenericInternalRow values(int place) {
    Object[] values = new Object[task.numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          task.numbers[i] == IndexColumns.RANK
              ? (Object) (place + 1)
              : search.open().value(found[at].hits(), found[at].ranks()[place], task.numbers[i]);
    }
    return new GenericInternalRow(values);
  }

  /** Where the neighbor at {@code place} comes among those of its order in other segments. */
  long tie(int place) {
    return search.open().place(found[at].hits(), found[at].ranks()[place]);
  }

  private List<JoinQuery> block() {
    int size = task.search == null ? 1 : task.search.block();
    List<JoinQuery> next = new ArrayList<>(size);
    while (next.size() < size && rows.hasNext()) {
      InternalRow row = rows.next();
      next.add(query(size > 1 ? row.copy() : row));
    }
    return next;
  }

  private float[] vector(ArrayData array) {
    try {
      return task.reader.vector(array);
    } catch (IllegalArgumentException e) {
      throw KnitErrors.told(e);
    }
  }

  private JoinQuery query(InternalRow row) {
    var asked = queries.apply(row);
    if (task.search == null || asked.isNullAt(0) || (asks != null && !asks.eval(row))) {
      return new JoinQuery(row, null, null, null);
    }
    var key = task.condition.hasKeys() ? keys.apply(row) : null;
    float[] vector = key != null && key.anyNull() ? null : vector(asked.getArray(0));
    if (vector == null) {
      return new JoinQuery(row, null, null, null);
    }
    if (search == null) {
      search = new JoinSearch(task, this);
    }
    return new JoinQuery(
        row,
        vector,
        asked.numFields() > 1 && !asked.isNullAt(1) ? asked.getUTF8String(1).clone() : null,
        key == null ? null : key.copy());
  }
}
