package dev.knit.spark.sql;

import dev.knit.spark.JoinPlanner;
import dev.knit.spark.JoinRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Plans {@link NearestJoin}. */
final class NearestJoinStrategy extends SparkStrategy {
  private final org.apache.spark.sql.classic.SparkSession session;

  NearestJoinStrategy(SparkSession session) {
    this.session = (org.apache.spark.sql.classic.SparkSession) session;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> plans = plan instanceof NearestJoin join ? List.of(planned(join)) : List.of();
    return CollectionConverters.asScala(plans).toSeq();
  }

  private SparkPlan planned(NearestJoin join) {
    ScannedRows rows = ScannedRows.of(join.right()).orElseGet(() -> uncached(join));
    JoinRows made =
        new JoinRows(
            join.query(),
            seq(List.of()),
            seq(List.of()),
            join.left().output(),
            seq(rows.columns()),
            seq(rows.values()));
    return new JoinPlanner(made, new NearestSource(join.spec(), rows.scan()), join.output())
        .plan(planLater(join.left()), join.left());
  }

  /** Where the right is a cached table, the index behind it is searched all the same. */
  private ScannedRows uncached(NearestJoin join) {
    LogicalPlan optimized = session.sessionState().optimizer().execute(join.uncached());
    Optional<ScannedRows> rows = ScannedRows.of(optimized);
    if (rows.isEmpty()) {
      throw new IllegalStateException(
          "Knit cannot search this side of a NEAREST BY join: " + join.right());
    }
    List<Expression> values = new ArrayList<>();
    for (Attribute column : CollectionConverters.asJava(join.right().output())) {
      values.add(rows.get().values().get(join.place(column)));
    }
    return new ScannedRows(rows.get().scan(), rows.get().columns(), values);
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
