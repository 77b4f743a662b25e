package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.TableNames;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;

/**
 * What a table function searches, and how.
 *
 * @param vector the column of the queries that has their vectors
 */
record SearchTarget(KnitIndex index, String vector, SearchArguments arguments) {

  /** The index that the arguments name: by a table, a view of one, or a directory. */
  static KnitIndex index(SparkSession spark, SearchArguments arguments) {
    String name = arguments.text("table");
    KnitIndex index = TableNames.isPath(name) ? KnitIndex.open(spark, name) : named(spark, name);
    String version = arguments.text("version", null);
    if (version == null) {
      return index;
    }
    return version.matches("[0-9]+")
        ? index.version(Long.parseLong(version))
        : index.version(version);
  }

  private static KnitIndex named(SparkSession spark, String name) {
    Dataset<Row> table = spark.table(name);
    LogicalPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) table).queryExecution().analyzed();
    while (plan instanceof SubqueryAlias || plan instanceof View) {
      plan = plan.children().head();
    }
    if (plan instanceof DataSourceV2Relation relation
        && relation.table() instanceof KnitTable knit) {
      return KnitIndex.open(spark, knit.access().path()).version(knit.snapshot().version());
    }
    throw KnitErrors.invalid(
        "'%s' is not a table of an index; name one, or its directory.".formatted(name));
  }

  /** The same with what else the arguments say. */
  KnnOptions options(KnnOptions base) {
    KnnOptions options = base.rightPrefix(arguments.text("prefix", ""));
    if (arguments.has("ef")) {
      options = options.ef(arguments.number("ef", 0));
    }
    if (arguments.has("filter")) {
      options = options.filter(arguments.text("filter"));
    }
    if (arguments.has("negatives")) {
      options =
          options.negatives(
              arguments.fraction("negative_weight", 0.5), arguments.vectors("negatives"));
    }
    return arguments.flag("exact") ? options.exactly() : options;
  }
}
