package dev.knit.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Each row of the left with what a search finds for it, whose columns are the right: what the nodes
 * of such joins have in common. Those that are plans of Spark's are public with all parameters,
 * because Spark copies plans by reflection, from what {@link #parts()} tells.
 */
public abstract class JoinNode extends LogicalPlan {
  private static final long serialVersionUID = 1;
  private static final int MOST_EXPECTED = 1000;

  private final LogicalPlan left;
  private final LogicalPlan right;
  private final Expression query;

  /**
   * A join.
   *
   * @param query the vector, from columns of the left
   */
  protected JoinNode(LogicalPlan left, LogicalPlan right, Expression query) {
    this.left = left;
    this.right = right;
    this.query = query;
  }

  /** The rows that are joined. */
  public final LogicalPlan left() {
    return left;
  }

  /** What is searched, as a plan. */
  public final LogicalPlan right() {
    return right;
  }

  /** The vector, from columns of the left. */
  public final Expression query() {
    return query;
  }

  /** How many rows of the right there are for one of the left, at most. */
  protected abstract int k();

  /** What the constructor was given. */
  protected abstract Object[] parts();

  /** What makes two nodes the same: their parts, unless some do not matter. */
  protected Object[] identity() {
    return parts();
  }

  @Override
  public final Seq<LogicalPlan> children() {
    return CollectionConverters.asScala(List.of(left, right)).toSeq();
  }

  /** Up to k rows for one of the left. */
  @Override
  public final Statistics stats() {
    long times = Math.min(k(), MOST_EXPECTED);
    return new Statistics(
        left.stats().sizeInBytes().$times(scala.math.BigInt.apply(times)),
        Option.empty(),
        left.stats().attributeStats(),
        false);
  }

  /** The columns of a side, which may be null. */
  protected static List<Attribute> nullable(LogicalPlan side) {
    return CollectionConverters.asJava(side.output()).stream()
        .map(column -> column.withNullability(true))
        .toList();
  }

  @Override
  public final int productArity() {
    return parts().length;
  }

  @Override
  public final Object productElement(int n) {
    return parts()[n];
  }

  @Override
  public final boolean canEqual(Object other) {
    return getClass().isInstance(other);
  }

  @Override
  public final boolean equals(Object other) {
    return canEqual(other) && Arrays.equals(identity(), ((JoinNode) other).identity());
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(identity());
  }
}
