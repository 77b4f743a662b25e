package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Puts a search into a query: as a node of its plan, which {@link KnnJoinStrategy} plans, or as an
 * expression whose value is an array of neighbors.
 */
final class KnnJoin {
  private static final String LEFT = "left";
  private static final String RIGHT = "right";

  private final JoinTarget target;
  private final KnnOptions options;
  private final JoinColumns columns;

  KnnJoin(JoinTarget target, KnnOptions options) {
    this.target = target;
    this.options = options;
    this.columns = new JoinColumns(target, options);
  }

  Dataset<Row> of(Dataset<Row> left, String vectorColumn) {
    StructType schema = left.schema();
    IndexSource.requireColumn(schema, vectorColumn);
    SparkVectors.checkType(schema.apply(vectorColumn));
    columns.refuseSharedNames(schema);
    List<Column> asked = new ArrayList<>();
    asked.add(IndexSource.column(vectorColumn).cast(SparkVectors.TYPE).as("query"));
    if (options.excludeSelf() != null) {
      IndexSource.requireColumn(schema, options.excludeSelf());
      IndexSource.checkId(schema.apply(options.excludeSelf()));
      asked.add(IndexSource.column(options.excludeSelf()).cast(DataTypes.StringType).as("self"));
    }
    List<Expression> expressions = resolved(left, asked);
    Dataset<Row> right = rows(relation(columns.all()));
    KnnJoinNode node =
        new KnnJoinNode(
            plan(left),
            plan(right),
            expressions.get(0),
            seq(expressions.subList(1, expressions.size())),
            seq(options.on() == null ? List.of() : List.of(condition(left, right))),
            new JoinSpec(target, options));
    KnnJoinStrategy.addTo(target.spark());
    return rows(new Project(returned(node), node));
  }

  private static List<Expression> resolved(Dataset<Row> left, List<Column> asked) {
    Project project = (Project) plan(left.select(asked.toArray(Column[]::new)));
    return CollectionConverters.asJava(project.projectList()).stream()
        .map(column -> ((Alias) column).child())
        .toList();
  }

  /** The columns of the left, then those of the right that are asked for. */
  private Seq<NamedExpression> returned(KnnJoinNode node) {
    List<NamedExpression> returned =
        new ArrayList<>(CollectionConverters.asJava(node.left().output()));
    List<Attribute> output = CollectionConverters.asJava(node.output());
    List<Attribute> added = output.subList(returned.size(), output.size());
    for (String name : columns.returned()) {
      Attribute column =
          added.stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
      returned.add(column.withName(columns.resultName(name)));
    }
    return seq(returned);
  }

  private Expression condition(Dataset<Row> left, Dataset<Row> right) {
    String sql = options.on();
    try {
      Dataset<Row> pairs = left.as(LEFT).crossJoin(right.as(RIGHT)).filter(sql);
      Expression condition = ((Filter) plan(pairs)).condition();
      if (!condition.deterministic() || SubqueryExpression.hasSubquery(condition)) {
        throw new IllegalArgumentException(
            "Condition '%s' has a subquery or a function that is not deterministic; a join can only compare columns."
                .formatted(sql));
      }
      return condition;
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new IllegalArgumentException(
            "Condition '%s' does not fit the columns of both sides: %s"
                .formatted(sql, e.getMessage()),
            e);
      }
      throw e;
    }
  }

  /** Without rows. */
  private static LocalRelation relation(StructType schema) {
    List<Attribute> attributes = new ArrayList<>();
    for (StructField field : schema.fields()) {
      attributes.add(
          new AttributeReference(
              field.name(),
              field.dataType(),
              field.nullable(),
              field.metadata(),
              NamedExpression.newExprId(),
              seq(List.of())));
    }
    return new LocalRelation(seq(attributes), seq(List.of()), false, Option.empty());
  }

  private Dataset<Row> rows(LogicalPlan plan) {
    return org.apache.spark.sql.classic.Dataset.ofRows(Sessions.classic(target.spark()), plan);
  }

  private static LogicalPlan plan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().analyzed();
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
