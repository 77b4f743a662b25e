package dev.knit.spark;

import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;

/** Conditions that are given as SQL text. */
final class FilterText {
  private FilterText() {}

  /**
   * The condition as Spark's analyzer and optimizer understand it; nothing is read.
   *
   * @throws IllegalArgumentException when it does not fit the index's columns, or has another
   *     outcome each time, or a subquery
   */
  static RowCondition parse(KnitIndex index, String sql) {
    try {
      Dataset<Row> rows = IndexRows.of(index);
      requireAlone(((Filter) execution(rows.filter(sql)).analyzed()).condition(), sql);
      Dataset<Row> asked = rows.select(functions.expr(sql).as("condition"));
      Expression condition = condition(execution(asked).optimizedPlan());
      return new RowCondition(condition, new IndexColumns(index.snapshot().schema()));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new IllegalArgumentException(
            "Filter '%s' does not fit the index: %s".formatted(sql, e.getMessage()), e);
      }
      throw e;
    }
  }

  private static void requireAlone(Expression condition, String sql) {
    if (!condition.deterministic() || SubqueryExpression.hasSubquery(condition)) {
      throw new IllegalArgumentException(
          "Filter '%s' is not a condition on the index's columns alone: it has a subquery or a function that is not deterministic."
              .formatted(sql));
    }
  }

  private static QueryExecution execution(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution();
  }

  private static Expression condition(LogicalPlan plan) {
    Expression column = (Expression) ((Project) plan).projectList().head();
    return column instanceof Alias alias ? alias.child() : column;
  }
}
