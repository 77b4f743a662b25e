package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Each row of the left with its nearest rows of a target, whose columns are the right: a relation
 * without rows, which Spark prunes and gives new identities like any other.
 */
public final class KnnJoinNode extends JoinNode {
  private static final long serialVersionUID = 1;
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
    super(left, right, query);
    this.self = self;
    this.on = on;
    this.spec = spec;
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
  protected int k() {
    return spec.options().k();
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>(CollectionConverters.asJava(left().output()));
    output.addAll(
        spec.options().outer() ? nullable(right()) : CollectionConverters.asJava(right().output()));
    return CollectionConverters.asScala(output).toSeq();
  }

  @Override
  public AttributeSet references() {
    List<Expression> expressions = new ArrayList<>(List.of(query()));
    expressions.addAll(CollectionConverters.asJava(self));
    expressions.addAll(CollectionConverters.asJava(on));
    return AttributeSet.fromAttributeSets(
        CollectionConverters.asScala(expressions.stream().map(Expression::references).toList()));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new KnnJoinNode(children.apply(0), children.apply(1), query(), self, on, spec);
  }

  @Override
  public String nodeName() {
    return spec.name();
  }

  @Override
  protected Object[] parts() {
    return new Object[] {left(), right(), query(), self, on, spec};
  }
}
