package dev.knit.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanHelper;
import scala.jdk.javaapi.CollectionConverters;

/** What a query that has run shows in Spark's UI. */
final class SparkMetrics {
  private static final class Helper implements AdaptiveSparkPlanHelper {}

  private SparkMetrics() {}

  /** The sum over all nodes of the plan that have the metric. */
  static long of(Dataset<Row> rows, String metric) {
    SparkPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().executedPlan();
    return CollectionConverters.asJava(new Helper().flatMap(plan, node -> metrics(node))).stream()
        .filter(entry -> entry._1().equals(metric))
        .mapToLong(entry -> entry._2().value())
        .sum();
  }

  private static scala.collection.immutable.Seq<
          scala.Tuple2<String, org.apache.spark.sql.execution.metric.SQLMetric>>
      metrics(SparkPlan node) {
    return node.metrics().toSeq();
  }
}
