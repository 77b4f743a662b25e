package dev.knit.spark;

import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Plans {@link KnnJoinNode}. */
final class KnnJoinStrategy extends SparkStrategy {
  private static final KnnJoinStrategy ONLY = new KnnJoinStrategy();

  private KnnJoinStrategy() {}

  /** Has a session, and those cloned from it, plan joins. */
  static void addTo(SparkSession spark) {
    var methods = Sessions.classic(spark).experimental();
    synchronized (ONLY) {
      Seq<SparkStrategy> before = methods.extraStrategies();
      if (!before.contains(ONLY)) {
        methods.extraStrategies_$eq(before.appended(ONLY).toSeq());
      }
    }
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> plans = plan instanceof KnnJoinNode join ? List.of(planned(join)) : List.of();
    return CollectionConverters.asScala(plans).toSeq();
  }

  private SparkPlan planned(KnnJoinNode join) {
    return new KnnJoinExec(
        planLater(join.left()),
        join.query(),
        join.self(),
        join.on(),
        join.spec(),
        join.right().output(),
        join.output(),
        queries(join.left()));
  }

  /** How many rows a plan gives, as far as Spark knows; a stream gives more and more. */
  private static OptionalLong queries(LogicalPlan plan) {
    if (plan.isStreaming()) {
      return OptionalLong.of(Long.MAX_VALUE);
    }
    var rows = plan.stats().rowCount();
    return rows.isDefined() && rows.get().isValidLong()
        ? OptionalLong.of(rows.get().longValue())
        : OptionalLong.empty();
  }
}
