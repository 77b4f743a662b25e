package dev.knit.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A step of a join by searches, over one child: what these have in common. They are public with all
 * parameters because Spark copies plans by reflection, from what {@link #parts()} tells.
 */
public abstract class JoinExec extends SparkPlan {
  private static final long serialVersionUID = 1;
  private final SparkPlan child;
  private final Seq<Attribute> output;

  JoinExec(SparkPlan child, Seq<Attribute> output) {
    this.child = child;
    this.output = output;
  }

  final SparkPlan child() {
    return child;
  }

  /** What the constructor was given. */
  abstract Object[] parts();

  /** The same over another child. */
  abstract SparkPlan over(SparkPlan other);

  @Override
  public final Seq<Attribute> output() {
    return output;
  }

  /** Of the child: other columns are made here. */
  @Override
  public final AttributeSet producedAttributes() {
    return outputSet();
  }

  @Override
  public final Seq<SparkPlan> children() {
    return CollectionConverters.asScala(List.of(child)).toSeq();
  }

  @Override
  public final SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return over(children.head());
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
    return canEqual(other) && Arrays.equals(parts(), ((JoinExec) other).parts());
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(parts());
  }
}
