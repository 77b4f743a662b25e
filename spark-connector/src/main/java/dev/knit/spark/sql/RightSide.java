package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The right side of a NEAREST BY as the analyzer leaves it, when it is an index, some of its rows
 * and functions of its columns.
 *
 * @param vectors the columns that are the index's vector
 * @param late the columns that are known only of rows that were found: the vector, distance and
 *     rank, and what is computed from these
 */
record RightSide(KnitTable table, Set<ExprId> vectors, Set<ExprId> late) {

  /**
   * What a plan is.
   *
   * @param named the common table expressions that it may refer to
   */
  static Optional<RightSide> of(LogicalPlan plan, Map<Object, CTERelationDef> named) {
    if (plan instanceof DataSourceV2Relation relation) {
      return relation.table() instanceof KnitTable table
          ? Optional.of(of(table, attributes(relation)))
          : Optional.empty();
    } else if (plan instanceof SubqueryAlias alias) {
      return of(alias.child(), named);
    } else if (plan instanceof View view) {
      return of(view.child(), named);
    } else if (plan instanceof Filter filter) {
      return of(filter.child(), named).filter(side -> side.canFilterBy(filter.condition()));
    } else if (plan instanceof Project project) {
      return of(project.child(), named).flatMap(side -> side.select(project));
    } else if (plan instanceof CTERelationRef ref && named.containsKey(ref.cteId())) {
      CTERelationDef definition = named.get(ref.cteId());
      return of(definition.child(), named)
          .map(side -> side.renamed(attributes(definition.child()), attributes(ref)));
    }
    return Optional.empty();
  }

  private static RightSide of(KnitTable table, List<Attribute> columns) {
    IndexColumns types = new IndexColumns(table.snapshot().schema());
    RightSide side = new RightSide(table, new HashSet<>(), new HashSet<>());
    for (Attribute column : columns) {
      int number = types.number(column.name());
      if (number == IndexColumns.VECTOR) {
        side.vectors.add(column.exprId());
      }
      if (number < IndexColumns.ID) {
        side.late.add(column.exprId());
      }
    }
    return side;
  }

  private boolean canFilterBy(Expression condition) {
    return Filters.isOfOneRow(condition) && !isLate(condition);
  }

  private Optional<RightSide> select(Project project) {
    RightSide selected = new RightSide(table, new HashSet<>(), new HashSet<>());
    for (NamedExpression column : CollectionConverters.asJava(project.projectList())) {
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      if (!Filters.isOfOneRow(value)) {
        return Optional.empty();
      }
      if (withoutCast(value) instanceof Attribute attribute
          && vectors.contains(attribute.exprId())) {
        selected.vectors.add(column.exprId());
      }
      if (isLate(value)) {
        selected.late.add(column.exprId());
      }
    }
    return Optional.of(selected);
  }

  /** Spark casts the columns of views to the types that they have. */
  private static Expression withoutCast(Expression value) {
    return value instanceof Cast cast && cast.dataType().sameType(cast.child().dataType())
        ? cast.child()
        : value;
  }

  private boolean isLate(Expression expression) {
    return CollectionConverters.asJava(expression.references().toSeq()).stream()
        .anyMatch(attribute -> late.contains(attribute.exprId()));
  }

  private RightSide renamed(List<Attribute> from, List<Attribute> to) {
    RightSide renamed = new RightSide(table, new HashSet<>(), new HashSet<>());
    for (int i = 0; i < from.size(); i++) {
      if (vectors.contains(from.get(i).exprId())) {
        renamed.vectors.add(to.get(i).exprId());
      }
      if (late.contains(from.get(i).exprId())) {
        renamed.late.add(to.get(i).exprId());
      }
    }
    return renamed;
  }

  private static List<Attribute> attributes(LogicalPlan plan) {
    return CollectionConverters.asJava(plan.output());
  }
}
