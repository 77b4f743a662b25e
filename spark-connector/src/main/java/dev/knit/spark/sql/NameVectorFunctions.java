package dev.knit.spark.sql;

import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.VectorFunctionImplUtils;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.Some;
import scala.runtime.AbstractPartialFunction;

/**
 * Gives Spark's vector functions a name for data sources, in queries that read an index. Without it
 * Spark does not tell a source of an order by them.
 */
final class NameVectorFunctions extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.exists(NameVectorFunctions::isIndex)
        ? (LogicalPlan) plan.transformAllExpressions(new Naming())
        : plan;
  }

  private static boolean isIndex(LogicalPlan plan) {
    return plan instanceof DataSourceV2Relation relation && relation.table() instanceof KnitTable;
  }

  private static final class Naming extends AbstractPartialFunction<Expression, Expression> {
    @Override
    public boolean isDefinedAt(Expression expression) {
      return expression instanceof StaticInvoke call
          && call.staticObject() == VectorFunctionImplUtils.class
          && call.scalarFunction().isEmpty()
          && VectorFunction.method(call.functionName()).isPresent();
    }

    @Override
    public Expression apply(Expression expression) {
      StaticInvoke call = (StaticInvoke) expression;
      return new StaticInvoke(
          call.staticObject(),
          call.dataType(),
          call.functionName(),
          call.arguments(),
          call.inputTypes(),
          call.propagateNull(),
          call.returnNullable(),
          call.isDeterministic(),
          new Some<>(VectorFunction.method(call.functionName()).orElseThrow()));
    }
  }
}
