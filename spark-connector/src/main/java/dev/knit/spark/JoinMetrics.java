package dev.knit.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;

/** What a join shows in Spark's UI. */
record JoinMetrics(SQLMetric rows, SQLMetric queries, SQLMetric distances) implements Serializable {

  static JoinMetrics of(SparkContext context) {
    return new JoinMetrics(
        SQLMetrics.createMetric(context, "number of output rows"),
        SQLMetrics.createMetric(context, "queries"),
        SQLMetrics.createMetric(context, "distance computations"));
  }

  /** By the names that Spark knows them by. */
  Map<String, SQLMetric> named() {
    Map<String, SQLMetric> named = new LinkedHashMap<>();
    named.put("numOutputRows", rows);
    named.put("queries", queries);
    named.put("distanceComputations", distances);
    return named;
  }
}
