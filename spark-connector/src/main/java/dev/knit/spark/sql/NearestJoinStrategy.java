package dev.knit.spark.sql;

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
    return new NearestJoinExec(
        planLater(join.left()),
        join.query(),
        join.spec(),
        rows.scan(),
        CollectionConverters.asScala(rows.columns()).toSeq(),
        CollectionConverters.asScala(rows.values()).toSeq(),
        join.output());
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
}
