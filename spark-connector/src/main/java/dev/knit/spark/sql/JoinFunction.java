package dev.knit.spark.sql;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.Knit;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.vector.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/**
 * The table function {@code knit_join}: {@link Knit#knnJoin} in SQL, with all of its options. The
 * right side is an index, which is searched as it is, or any other table.
 */
final class JoinFunction extends AbstractFunction1<Seq<Expression>, LogicalPlan> {
  private static final String NAME = "knit_join";
  private static final List<String> PARAMETERS =
      List.of(
          "left",
          "vector",
          "right",
          "k",
          "right_vector",
          "id",
          "metric",
          "ef",
          "exact",
          "join_type",
          "exclude_self",
          "max_distance",
          "filter",
          "on",
          "columns",
          "right_prefix");

  private JoinFunction() {}

  static void inject(SparkSessionExtensions extensions) {
    Function1<Seq<Expression>, LogicalPlan> builder = new JoinFunction();
    extensions.injectTableFunction(
        new Tuple3<>(
            new FunctionIdentifier(NAME),
            new ExpressionInfo(JoinFunction.class.getName(), NAME),
            builder));
  }

  @Override
  public LogicalPlan apply(Seq<Expression> given) {
    JoinArguments arguments = new JoinArguments(NAME, PARAMETERS, given);
    Dataset<Row> left = rows(arguments.table("left"));
    String vector = arguments.requiredText("vector");
    KnnOptions options = options(arguments);
    LogicalPlan right = arguments.table("right");
    Dataset<Row> joined =
        table(right)
            .map(table -> index(table).knnJoin(left, vector, options))
            .orElseGet(() -> Knit.knnJoin(left, vector, rows(right), spec(arguments), options));
    return ((org.apache.spark.sql.classic.Dataset<Row>) joined).queryExecution().analyzed();
  }

  private static Dataset<Row> rows(LogicalPlan plan) {
    return org.apache.spark.sql.classic.Dataset.ofRows(
        (org.apache.spark.sql.classic.SparkSession) SparkSession.active(), plan);
  }

  /** The index that a plan reads all of, if it does no more than that. */
  private static Optional<KnitTable> table(LogicalPlan plan) {
    if (plan instanceof SubqueryAlias alias) {
      return table(alias.child());
    } else if (plan instanceof View view) {
      return table(view.child());
    } else if (plan instanceof Project project
        && project.projectList().equals(project.child().output())) {
      return table(project.child());
    }
    return plan instanceof DataSourceV2Relation relation
            && relation.table() instanceof KnitTable table
        ? Optional.of(table)
        : Optional.empty();
  }

  private static KnitIndex index(KnitTable table) {
    return KnitIndex.open(SparkSession.active(), table.access().path())
        .version(table.snapshot().version());
  }

  private static IndexSpec spec(JoinArguments arguments) {
    String id = arguments.text("id");
    String vector = arguments.requiredText("right_vector");
    String metric = arguments.text("metric");
    IndexSpec spec = id == null ? IndexSpec.of(vector) : IndexSpec.of(id, vector);
    return metric == null ? spec : spec.metric(Metric.of(metric));
  }

  private static KnnOptions options(JoinArguments arguments) {
    KnnOptions options = KnnOptions.of(arguments.whole("k", 1));
    options = options.ef(Math.max(options.k(), arguments.whole("ef", options.ef())));
    Number distance = arguments.number("max_distance");
    options = distance == null ? options : options.maxDistance(distance.doubleValue());
    options = arguments.truth("exact") ? options.exactly() : options;
    options = isOuter(arguments.text("join_type")) ? options.leftOuter() : options;
    String prefix = arguments.text("right_prefix");
    options = prefix == null ? options : options.rightPrefix(prefix);
    String[] columns = arguments.texts("columns");
    options = columns == null ? options : options.columns(columns);
    return options
        .excludeSelf(arguments.text("exclude_self"))
        .filter(arguments.text("filter"))
        .on(arguments.text("on"));
  }

  private static boolean isOuter(String type) {
    String asked = type == null ? "inner" : type.toLowerCase(Locale.ROOT).replace("_", "");
    return switch (asked) {
      case "inner" -> false;
      case "left", "leftouter" -> true;
      default ->
          throw new IllegalArgumentException(
              "%s has no join type '%s'; it has inner and left.".formatted(NAME, type));
    };
  }
}
