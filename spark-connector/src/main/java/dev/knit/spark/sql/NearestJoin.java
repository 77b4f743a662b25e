package dev.knit.spark.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Each row of the left with the nearest rows of an index, which is the right: in place of Spark's
 * NEAREST BY. The index stays a child, so that Spark prunes its columns, pushes filters into it and
 * sees its new versions; as the node asks for no column of its own, only those above it are read.
 * Public with all parameters because Spark copies plans by reflection.
 */
public final class NearestJoin extends LogicalPlan {
  private static final long serialVersionUID = 1;
  private final LogicalPlan left;
  private final LogicalPlan right;
  private final Expression query;
  private final NearestSpec spec;
  private final LogicalPlan uncached;
  private final Seq<Attribute> uncachedOutput;

  /**
   * A join.
   *
   * @param query the vector, from columns of the left
   * @param uncached what the right was before Spark may have put a cached table there
   * @param uncachedOutput its columns, with the identities that they have now
   */
  public NearestJoin(
      LogicalPlan left,
      LogicalPlan right,
      Expression query,
      NearestSpec spec,
      LogicalPlan uncached,
      Seq<Attribute> uncachedOutput) {
    this.left = left;
    this.right = right;
    this.query = query;
    this.spec = spec;
    this.uncached = uncached;
    this.uncachedOutput = uncachedOutput;
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

  NearestSpec spec() {
    return spec;
  }

  LogicalPlan uncached() {
    return uncached;
  }

  /** The place of a column of the right among those of {@link #uncached}. */
  int place(Attribute column) {
    return uncachedOutput.indexWhere(attribute -> attribute.exprId().equals(column.exprId()), 0);
  }

  @Override
  public Seq<LogicalPlan> children() {
    return CollectionConverters.asScala(List.of(left, right)).toSeq();
  }

  /** As of Spark's own NEAREST BY: all columns may be null. */
  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>();
    CollectionConverters.asJava(left.output()).forEach(a -> output.add(a.withNullability(true)));
    CollectionConverters.asJava(right.output()).forEach(a -> output.add(a.withNullability(true)));
    return CollectionConverters.asScala(output).toSeq();
  }

  @Override
  public AttributeSet references() {
    return query.references();
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new NearestJoin(
        children.apply(0), children.apply(1), query, spec, uncached, uncachedOutput);
  }

  @Override
  public int productArity() {
    return 6;
  }

  @Override
  public Object productElement(int n) {
    return new Object[] {left, right, query, spec, uncached, uncachedOutput}[n];
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof NearestJoin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NearestJoin join
        && left.equals(join.left)
        && right.equals(join.right)
        && query.equals(join.query)
        && spec.equals(join.spec)
        && uncachedOutput.equals(join.uncachedOutput);
  }

  @Override
  public int hashCode() {
    return Objects.hash(left, right, query, spec);
  }
}
