package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Each row of the left with its nearest rows of a target, whose columns are the right: a relation
 * without rows, which Spark prunes and gives new identities like any other. Public with all
 * parameters because Spark copies plans by reflection.
 */
public final class KnnJoinNode extends LogicalPlan {
  private static final long serialVersionUID = 1;
  private final LogicalPlan left;
  private final LogicalPlan right;
  private final Expression query;
  private final Seq<Expression> self;
  private final Seq<Expression> on;
  private final JoinSpec spec;

  /**
   * A join.
   *
   * @param query the vector, from columns of the left
   * @param self the id of the neighbor that is left out, as text; or none
   * @param on conditions on columns of both sides that neighbors meet
   */
  public KnnJoinNode(
      LogicalPlan left,
      LogicalPlan right,
      Expression query,
      Seq<Expression> self,
      Seq<Expression> on,
      JoinSpec spec) {
    this.left = left;
    this.right = right;
    this.query = query;
    this.self = self;
    this.on = on;
    this.spec = spec;
  }

  LogicalPlan left() {
    return left;
  }

  LogicalPlan right() {
    return right;
  }

  Expression query() {
    return query;
  }

  Seq<Expression> self() {
    return self;
  }

  Seq<Expression> on() {
    return on;
  }

  JoinSpec spec() {
    return spec;
  }

  @Override
  public Seq<LogicalPlan> children() {
    return CollectionConverters.asScala(List.of(left, right)).toSeq();
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>(CollectionConverters.asJava(left.output()));
    for (Attribute column : CollectionConverters.asJava(right.output())) {
      output.add(column.withNullability(column.nullable() || spec.options().outer()));
    }
    return CollectionConverters.asScala(output).toSeq();
  }

  @Override
  public AttributeSet references() {
    List<Expression> expressions = new ArrayList<>(List.of(query));
    expressions.addAll(CollectionConverters.asJava(self));
    expressions.addAll(CollectionConverters.asJava(on));
    return AttributeSet.fromAttributeSets(
        CollectionConverters.asScala(expressions.stream().map(Expression::references).toList()));
  }

  /** Up to k rows for one of the left; the right, which has no rows, tells nothing. */
  @Override
  public Statistics stats() {
    long times = Math.min(spec.options().k(), MOST_EXPECTED);
    return new Statistics(
        left.stats().sizeInBytes().$times(scala.math.BigInt.apply(times)),
        Option.empty(),
        left.stats().attributeStats(),
        false);
  }

  private static final int MOST_EXPECTED = 1000;

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new KnnJoinNode(children.apply(0), children.apply(1), query, self, on, spec);
  }

  @Override
  public String nodeName() {
    return "KnnJoin";
  }

  @Override
  public int productArity() {
    return 6;
  }

  @Override
  public Object productElement(int n) {
    return new Object[] {left, right, query, self, on, spec}[n];
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof KnnJoinNode;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KnnJoinNode join
        && left.equals(join.left)
        && right.equals(join.right)
        && query.equals(join.query)
        && self.equals(join.self)
        && on.equals(join.on)
        && spec.equals(join.spec);
  }

  @Override
  public int hashCode() {
    return Objects.hash(left, right, query, self, on, spec);
  }
}
