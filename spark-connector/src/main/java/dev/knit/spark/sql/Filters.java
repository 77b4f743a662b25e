package dev.knit.spark.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import scala.jdk.javaapi.CollectionConverters;

/** Which expressions a task can evaluate on a single row. */
final class Filters {
  private Filters() {}

  /** Whether an expression is a function of these columns. */
  static boolean isAbout(Expression expression, List<String> columns) {
    return isOfOneRow(expression)
        && CollectionConverters.asJava(expression.references().toSeq()).stream()
            .allMatch(attribute -> columns.contains(attribute.name()));
  }

  /** Whether an expression is a function of a row: without subqueries, chance, Python. */
  static boolean isOfOneRow(Expression expression) {
    return expression.deterministic()
        && !SubqueryExpression.hasSubquery(expression)
        && isEvaluable(expression);
  }

  private static boolean isEvaluable(Expression expression) {
    boolean own =
        expression instanceof Attribute
            || expression.foldable() // the optimizer makes it a literal
            || !(expression instanceof Unevaluable);
    return own
        && CollectionConverters.asJava(expression.children()).stream()
            .allMatch(Filters::isEvaluable);
  }
}
