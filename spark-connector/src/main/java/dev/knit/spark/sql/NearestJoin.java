package dev.knit.spark.sql;

import dev.knit.spark.JoinNode;
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
 * Each row of the left with the nearest rows of an index, which is the right: in place of Spark's
 * NEAREST BY. The index stays a child, so that Spark prunes its columns, pushes filters into it and
 * sees its new versions; as the node asks for no column of its own, only those above it are read.
 */
public final class NearestJoin extends JoinNode {
  private static final long serialVersionUID = 1;
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
    super(left, right, query);
    this.spec = spec;
    this.uncached = uncached;
    this.uncachedOutput = uncachedOutput;
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
  protected int k() {
    return spec.k();
  }

  /** As of Spark's own NEAREST BY: all columns may be null. */
  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>(nullable(left()));
    output.addAll(nullable(right()));
    return CollectionConverters.asScala(output).toSeq();
  }

  @Override
  public AttributeSet references() {
    return query().references();
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new NearestJoin(
        children.apply(0), children.apply(1), query(), spec, uncached, uncachedOutput);
  }

  @Override
  protected Object[] parts() {
    return new Object[] {left(), right(), query(), spec, uncached, uncachedOutput};
  }

  /** What the right was before does not matter. */
  @Override
  protected Object[] identity() {
    return new Object[] {left(), right(), query(), spec, uncachedOutput};
  }
}
