package dev.knit.spark.sql;

import dev.knit.table.Snapshot;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.expressions.Cast;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.GeneralScalarExpression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.UserDefinedScalarFunc;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The order of rows by their distance from one vector, nearest first, in the index's metric.
 *
 * @param query the vector
 */
record DistanceOrder(float[] query) {

  /** What an order of Spark's says; empty when it is another. */
  static Optional<DistanceOrder> of(SortOrder order, Snapshot snapshot) {
    boolean descending = order.direction() == SortDirection.DESCENDING;
    return of(order.expression(), descending, snapshot);
  }

  private static Optional<DistanceOrder> of(
      Expression expression, boolean descending, Snapshot snapshot) {
    Expression[] children = expression.children();
    if (expression instanceof UserDefinedScalarFunc function) {
      return VectorFunction.named(function.canonicalName())
          .filter(f -> f.metric() == snapshot.params().metric())
          .filter(f -> f.largerIsNearer() == descending)
          .flatMap(f -> query(children, snapshot))
          .map(DistanceOrder::new);
    }
    if (expression instanceof Cast cast && keepsOrder(cast.dataType())) {
      return of(cast.expression(), descending, snapshot);
    }
    if (expression instanceof GeneralScalarExpression minus && minus.name().equals("-")) {
      if (children.length == 1) {
        return of(children[0], !descending, snapshot);
      }
      return isNumber(children[0]) ? of(children[1], !descending, snapshot) : Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean keepsOrder(DataType type) {
    return type.equals(DataTypes.FloatType) || type.equals(DataTypes.DoubleType);
  }

  private static boolean isNumber(Expression expression) {
    if (expression instanceof Cast cast) {
      return keepsOrder(cast.dataType()) && isNumber(cast.expression());
    }
    return expression instanceof Literal<?> literal
        && literal.value() instanceof Number number
        && Double.isFinite(number.doubleValue());
  }

  /** The constant among the arguments, when the other is the index's vector. */
  private static Optional<float[]> query(Expression[] arguments, Snapshot snapshot) {
    for (int i = 0; i < 2; i++) {
      if (isVector(arguments[i], snapshot)
          && arguments[1 - i] instanceof Literal<?> literal
          && literal.value() instanceof ArrayData vector) {
        return QueryVector.of(vector, snapshot.params().metric())
            .filter(query -> QueryVector.fits(query, snapshot));
      }
    }
    return Optional.empty();
  }

  private static boolean isVector(Expression expression, Snapshot snapshot) {
    return expression instanceof NamedReference column
        && column.fieldNames().length == 1
        && column.fieldNames()[0].equals(snapshot.schema().vector());
  }
}
