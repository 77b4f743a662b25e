package dev.knit.spark.sql;

import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.UnaryMinus;
import org.apache.spark.sql.catalyst.expressions.VectorCosineSimilarity;
import org.apache.spark.sql.catalyst.expressions.VectorInnerProduct;
import org.apache.spark.sql.catalyst.expressions.VectorL2Distance;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An expression that orders pairs as one of Spark's vector functions does, or the other way round:
 * {@code 1 - vector_cosine_similarity(a, b)}, {@code -vector_inner_product(a, b)}, casts of them.
 *
 * @param largerIsNearer of the whole expression
 */
record Ranking(
    VectorFunction function, Expression first, Expression second, boolean largerIsNearer) {

  /** What an expression of the analyzer's is; empty when it is something else. */
  static Optional<Ranking> of(Expression expression) {
    if (expression instanceof VectorL2Distance f) {
      return of(VectorFunction.L2_DISTANCE, f.left(), f.right());
    } else if (expression instanceof VectorCosineSimilarity f) {
      return of(VectorFunction.COSINE_SIMILARITY, f.left(), f.right());
    } else if (expression instanceof VectorInnerProduct f) {
      return of(VectorFunction.INNER_PRODUCT, f.left(), f.right());
    } else if (expression instanceof Cast cast && keepsOrder(cast.dataType())) {
      return of(cast.child());
    } else if (expression instanceof UnaryMinus minus) {
      return of(minus.child()).map(Ranking::reversed);
    } else if (expression instanceof Subtract minus && isNumber(minus.left())) {
      return of(minus.right()).map(Ranking::reversed);
    }
    return Optional.empty();
  }

  private static Optional<Ranking> of(VectorFunction function, Expression a, Expression b) {
    return Optional.of(new Ranking(function, a, b, function.largerIsNearer()));
  }

  private Ranking reversed() {
    return new Ranking(function, first, second, !largerIsNearer);
  }

  private static boolean keepsOrder(DataType type) {
    return type.equals(DataTypes.FloatType) || type.equals(DataTypes.DoubleType);
  }

  private static boolean isNumber(Expression expression) {
    if (expression instanceof Cast cast) {
      return keepsOrder(cast.dataType()) && isNumber(cast.child());
    }
    return expression instanceof Literal literal
        && (literal.value() instanceof Number number
            ? Double.isFinite(number.doubleValue())
            : literal.value() instanceof org.apache.spark.sql.types.Decimal);
  }
}
