package dev.knit.spark.sql;

import dev.knit.vector.Metric;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.NearestBySimilarity$;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.NearestByJoin;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.runtime.AbstractPartialFunction;

/**
 * Puts {@link NearestJoin} in place of a NEAREST BY whose right side is an index and whose
 * expression is its metric; any other stays as it is.
 */
final class NearestByRule extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!plan.exists(NearestByJoin.class::isInstance)) {
      return plan;
    }
    Map<Object, CTERelationDef> named = new HashMap<>();
    plan.foreach(
        node -> {
          if (node instanceof CTERelationDef definition) {
            named.put(definition.id(), definition);
          }
          return null;
        });
    return (LogicalPlan) plan.transformWithSubqueries(new Replacing(named));
  }

  private static final class Replacing extends AbstractPartialFunction<LogicalPlan, LogicalPlan> {
    private final Map<Object, CTERelationDef> named;

    Replacing(Map<Object, CTERelationDef> named) {
      this.named = named;
    }

    @Override
    public boolean isDefinedAt(LogicalPlan plan) {
      return plan instanceof NearestByJoin join && replaced(join, named).isPresent();
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return replaced((NearestByJoin) plan, named).orElseThrow();
    }
  }

  private static Optional<NearestJoin> replaced(
      NearestByJoin join, Map<Object, CTERelationDef> named) {
    if (!join.resolved() || join.right().isStreaming()) {
      return Optional.empty();
    }
    boolean similarity = join.direction() == NearestBySimilarity$.MODULE$;
    return Ranking.of(join.rankingExpression())
        .filter(ranking -> ranking.largerIsNearer() == similarity)
        .flatMap(
            ranking ->
                RightSide.of(join.right(), named)
                    .filter(side -> metric(side) == ranking.function().metric())
                    .flatMap(side -> query(ranking, side, join.left()))
                    .map(query -> nearest(join, query, ranking)));
  }

  private static Metric metric(RightSide side) {
    return side.table().snapshot().params().metric();
  }

  /** The argument that comes from the left, when the other is the index's vector. */
  private static Optional<Expression> query(Ranking ranking, RightSide side, LogicalPlan left) {
    if (isVector(ranking.second(), side) && isOf(ranking.first(), left)) {
      return Optional.of(ranking.first());
    }
    return isVector(ranking.first(), side) && isOf(ranking.second(), left)
        ? Optional.of(ranking.second())
        : Optional.empty();
  }

  private static boolean isVector(Expression expression, RightSide side) {
    return expression instanceof Attribute column && side.vectors().contains(column.exprId());
  }

  private static boolean isOf(Expression expression, LogicalPlan left) {
    return Filters.isOfOneRow(expression) && expression.references().subsetOf(left.outputSet());
  }

  private static NearestJoin nearest(NearestByJoin join, Expression query, Ranking ranking) {
    NearestSpec spec =
        new NearestSpec(
            join.numResults(),
            !join.approx(),
            join.joinType() == LeftOuter$.MODULE$,
            ranking.function().sqlName());
    return new NearestJoin(
        join.left(), join.right(), query, spec, join.right(), join.right().output());
  }
}
