package dev.knit.spark.sql;

import dev.knit.spark.JoinNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/** Filters left rows before they are joined, where a filter above the join is about these alone. */
final class PushLeftFilters extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return (LogicalPlan) plan.transformDown(new Pushing());
  }

  private static final class Pushing extends AbstractPartialFunction<LogicalPlan, LogicalPlan> {
    @Override
    public boolean isDefinedAt(LogicalPlan plan) {
      return plan instanceof Filter filter
          && filter.child() instanceof JoinNode join
          && conjuncts(filter.condition()).stream().anyMatch(part -> isOf(part, join.left()));
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      Filter filter = (Filter) plan;
      JoinNode join = (JoinNode) filter.child();
      List<Expression> above = new ArrayList<>(conjuncts(filter.condition()));
      List<Expression> below = new ArrayList<>(above);
      below.removeIf(part -> !isOf(part, join.left()));
      above.removeAll(below);
      Filter left = new Filter(below.stream().reduce(And::new).orElseThrow(), join.left());
      LogicalPlan pushed = withLeft(join, left);
      return above.stream()
          .reduce(And::new)
          .<LogicalPlan>map(rest -> new Filter(rest, pushed))
          .orElse(pushed);
    }
  }

  private static LogicalPlan withLeft(JoinNode join, LogicalPlan left) {
    List<LogicalPlan> children = List.of(left, join.right());
    return (LogicalPlan) join.withNewChildren(CollectionConverters.asScala(children).toSeq());
  }

  private static boolean isOf(Expression condition, LogicalPlan left) {
    return condition.deterministic() && condition.references().subsetOf(left.outputSet());
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> all = new ArrayList<>(conjuncts(and.left()));
    all.addAll(conjuncts(and.right()));
    return all;
  }
}
