package dev.knit.spark;

import dev.knit.table.Hits;
import dev.knit.table.RowFilter;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/** Tells whether rows of an index meet a condition with one of the left. For one thread. */
final class PairTest {
  private final OpenSearch open;
  private final int[] columns;
  private final BasePredicate predicate;
  private final Object[] values;
  private final JoinedRow pair = new JoinedRow();
  private final InternalRow right;
  private JoinQuery query;

  PairTest(KnnJoinTask task, OpenSearch open) {
    this.open = open;
    this.columns = task.numbers;
    this.values = new Object[columns.length];
    this.right = new GenericInternalRow(values);
    Expression all = task.condition.rest.stream().reduce(And::new).orElseThrow();
    predicate = Predicate$.MODULE$.create(all, task.rows.pairs());
    predicate.initialize(0);
  }

  /** From now on rows are tested with that of {@code other}. */
  void start(JoinQuery other) {
    this.query = other;
  }

  boolean meets(Hits hits, int rank) {
    return meets(hits.segment(rank), hits.row(rank));
  }

  private boolean meets(int segment, int row) {
    for (int i = 0; i < columns.length; i++) {
      values[i] = columns[i] < IndexColumns.ID ? null : open.value(segment, row, columns[i]);
    }
    return predicate.eval(pair.apply(query.left(), right));
  }

  /**
   * The rows of a group that meet it.
   *
   * @param group by segment; null for all that the search is among
   */
  RowFilter among(RoaringBitmap[] group) {
    List<Integer> sizes = open.segmentRows();
    long[][] words = new long[sizes.size()][];
    for (int i = 0; i < words.length; i++) {
      words[i] = (group == null ? all(i, sizes.get(i)) : some(i, group[i])).toLongArray();
    }
    return open.filter(words);
  }

  private BitSet some(int segment, RoaringBitmap rows) {
    BitSet met = new BitSet();
    rows.forEach((IntConsumer) row -> met.set(row, meets(segment, row)));
    return met;
  }

  private BitSet all(int segment, int rows) {
    BitSet met = new BitSet(rows);
    for (int row = 0; row < rows; row++) {
      met.set(row, open.allows(segment, row) && meets(segment, row));
    }
    return met;
  }
}
