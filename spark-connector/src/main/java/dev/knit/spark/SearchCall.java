package dev.knit.spark;

import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of {@link KnnSearch} that is made in tasks even when its arguments are constants: the
 * driver should not open an index. Public with all parameters because Spark copies expressions by
 * reflection.
 */
public final class SearchCall extends Invoke {
  private static final long serialVersionUID = 1;

  /** See {@link Invoke}. */
  public SearchCall(
      Expression targetObject,
      String functionName,
      DataType dataType,
      Seq<Expression> arguments,
      Seq<AbstractDataType> methodInputTypes,
      boolean propagateNull,
      boolean returnNullable,
      boolean isDeterministic) {
    super(
        targetObject,
        functionName,
        dataType,
        arguments,
        methodInputTypes,
        propagateNull,
        returnNullable,
        isDeterministic);
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public Invoke withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new SearchCall(
        children.head(),
        functionName(),
        dataType(),
        children.tail().toSeq(),
        methodInputTypes(),
        propagateNull(),
        returnNullable(),
        isDeterministic());
  }
}
