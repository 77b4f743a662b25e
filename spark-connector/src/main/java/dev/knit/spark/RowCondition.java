package dev.knit.spark;

import dev.knit.table.RowFilter;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A condition on the columns of one version of an index, as Spark's expression, which tasks
 * evaluate row by row with Spark's own code: so it means what it means in Spark. Immutable.
 */
public final class RowCondition implements Serializable {
  private static final long serialVersionUID = 1;
  private static final FilterCache<RowFilter> FILTERS = new FilterCache<>();

  private final UUID uuid = UUID.randomUUID();
  private final Expression condition;
  private final Attribute[] attributes;
  private final int[] columns;

  /**
   * A condition.
   *
   * @param condition deterministic, without subqueries; its attributes have the names of columns
   */
  public RowCondition(Expression condition, IndexColumns columns) {
    this.condition = condition;
    this.attributes =
        CollectionConverters.asJava(condition.references().toSeq()).toArray(Attribute[]::new);
    this.columns = Arrays.stream(attributes).mapToInt(a -> columns.number(a.name())).toArray();
  }

  /** This and another. */
  public RowCondition and(Expression other, IndexColumns types) {
    return new RowCondition(new And(condition, other), types);
  }

  /** The columns that it is about, by number. */
  public int[] columns() {
    return columns.clone();
  }

  /** Whether it is about a column. */
  public boolean reads(int column) {
    return Arrays.stream(columns).anyMatch(c -> c == column);
  }

  /** For one thread: tells of rows with the values of {@link #columns()}. */
  public BasePredicate predicate() {
    BasePredicate predicate =
        Predicate$.MODULE$.create(
            condition, CollectionConverters.asScala(Arrays.asList(attributes)).toSeq());
    predicate.initialize(0);
    return predicate;
  }

  /**
   * The live rows that meet it; found once per process and version.
   *
   * @param numbers those of the segments in the version
   */
  RowFilter filter(List<Integer> numbers, List<Segment> segments, IndexColumns types) {
    return FILTERS.filter(
        List.of(uuid, numbers), () -> RowFilter.of(segments, matching(segments, types)));
  }

  /** The segments of a version that may have such rows, as their statistics tell. */
  List<SegmentInfo> mayMatch(Snapshot snapshot) {
    ScanFilter filter = ScanFilter.of(snapshot, condition);
    return snapshot.segments().stream().filter(filter::mayMatch).toList();
  }

  private long[][] matching(List<Segment> segments, IndexColumns types) {
    BasePredicate predicate = predicate();
    return segments.stream()
        .map(segment -> matching(segment, predicate, types).toLongArray())
        .toArray(long[][]::new);
  }

  /** The live rows of a segment that meet it. */
  BitSet matching(Segment segment, IndexColumns types) {
    return matching(segment, predicate(), types);
  }

  private BitSet matching(Segment segment, BasePredicate predicate, IndexColumns types) {
    Object[] values = new Object[columns.length];
    InternalRow view = new GenericInternalRow(values);
    BitSet rows = new BitSet(segment.rows());
    for (int row = 0; row < segment.rows(); row++) {
      if (segment.isLive(row)) {
        for (int i = 0; i < values.length; i++) {
          values[i] = types.value(segment, row, columns[i]);
        }
        rows.set(row, predicate.eval(view));
      }
    }
    return rows;
  }

  /** As SQL. */
  @Override
  public String toString() {
    return condition.sql();
  }
}
