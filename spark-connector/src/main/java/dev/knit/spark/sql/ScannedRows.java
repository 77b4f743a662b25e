package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.RowCondition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * The right side of a join as the optimizer leaves it: a scan of an index, and functions of its
 * columns.
 *
 * @param scan null when the optimizer found that there are no rows
 * @param columns what the scan gives
 * @param values each column of the right side as a function of those
 */
record ScannedRows(KnitScan scan, List<Attribute> columns, List<Expression> values) {

  /** What an optimized plan is; empty when it is something else. */
  static Optional<ScannedRows> of(LogicalPlan plan) {
    if (plan instanceof DataSourceV2ScanRelation relation) {
      List<Attribute> columns = attributes(relation);
      return relation.scan() instanceof KnitScan scan
          ? Optional.of(new ScannedRows(scan, columns, new ArrayList<>(columns)))
          : Optional.empty();
    } else if (plan instanceof LocalRelation rows && rows.data().isEmpty()) {
      List<Attribute> columns = attributes(rows);
      return Optional.of(new ScannedRows(null, columns, new ArrayList<>(columns)));
    } else if (plan instanceof Project project) {
      return of(project.child()).map(rows -> rows.select(project));
    } else if (plan instanceof Filter filter) {
      return of(filter.child()).map(rows -> rows.where(filter));
    }
    return Optional.empty();
  }

  private ScannedRows select(Project project) {
    Map<ExprId, Expression> known = known(project.child());
    List<Expression> selected = new ArrayList<>();
    for (NamedExpression column : CollectionConverters.asJava(project.projectList())) {
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      selected.add(replaced(value, known));
    }
    return new ScannedRows(scan, columns, selected);
  }

  private ScannedRows where(Filter filter) {
    if (scan == null) {
      return this;
    }
    Expression condition = replaced(filter.condition(), known(filter.child()));
    IndexColumns types = new IndexColumns(scan.table().snapshot().schema());
    KnitScan narrowed =
        new KnitScan(
            scan.table(),
            scan.conf(),
            scan.condition() == null
                ? new RowCondition(condition, types)
                : scan.condition().and(condition, types),
            scan.readSchema());
    return new ScannedRows(narrowed, columns, values);
  }

  private Map<ExprId, Expression> known(LogicalPlan plan) {
    Map<ExprId, Expression> known = new HashMap<>();
    List<Attribute> output = attributes(plan);
    for (int i = 0; i < values.size(); i++) {
      known.put(output.get(i).exprId(), values.get(i));
    }
    return known;
  }

  private static Expression replaced(Expression expression, Map<ExprId, Expression> known) {
    return (Expression)
        expression.transformUp(
            new AbstractPartialFunction<Expression, Expression>() {
              @Override
              public boolean isDefinedAt(Expression e) {
                return e instanceof Attribute attribute && known.containsKey(attribute.exprId());
              }

              @Override
              public Expression apply(Expression e) {
                return known.get(((Attribute) e).exprId());
              }
            });
  }

  private static List<Attribute> attributes(LogicalPlan plan) {
    return CollectionConverters.asJava(plan.output());
  }
}
