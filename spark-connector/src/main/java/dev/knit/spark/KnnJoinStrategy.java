package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
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
    Seq<Attribute> right = join.right().output();
    List<Expression> values = new ArrayList<>(CollectionConverters.asJava(right));
    JoinRows rows =
        new JoinRows(
            join.query(),
            join.self(),
            join.on(),
            join.left().output(),
            right,
            CollectionConverters.asScala(values).toSeq());
    return new JoinPlanner(rows, join.spec(), join.output())
        .plan(planLater(join.left()), join.left());
  }
}
