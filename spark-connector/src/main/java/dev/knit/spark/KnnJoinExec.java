package dev.knit.spark;

import java.util.OptionalLong;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Searches all of an index for each row of its child, in the child's tasks. */
public final class KnnJoinExec extends JoinExec {
  private static final long serialVersionUID = 1;
  private final JoinRows rows;
  private final transient JoinSource source;
  private final transient OptionalLong queries;
  private final JoinMetrics metrics = JoinMetrics.of(session().sparkContext());

  /**
   * A join.
   *
   * @param queries how many rows the left has, if that is known
   */
  public KnnJoinExec(
      SparkPlan left,
      JoinRows rows,
      JoinSource source,
      Seq<Attribute> output,
      OptionalLong queries) {
    super(left, output);
    this.rows = rows;
    this.source = source;
    this.queries = queries;
  }

  JoinRows rows() {
    return rows;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RDD<InternalRow> left = child().execute();
    IndexSearch search = source.search(() -> queries.orElseGet(left::count));
    KnnJoinTask task = KnnJoinTask.of(rows, source, search, metrics);
    return left.toJavaRDD().mapPartitions(task::join).rdd();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return Map$.MODULE$.from(CollectionConverters.asScala(metrics.named()));
  }

  @Override
  public String nodeName() {
    return source.name();
  }

  @Override
  public String argString(int maxFields) {
    return described(source, rows);
  }

  /** What a join looks for, and where. */
  static String described(JoinSource source, JoinRows rows) {
    return "%s, %s%s"
        .formatted(
            source.options().outer() ? "LeftOuter" : "Inner",
            source.describe(),
            rows.on().isEmpty() ? "" : " on " + rows.on().mkString("(", ") and (", ")"));
  }

  @Override
  public AttributeSet references() {
    return rows.references();
  }

  @Override
  SparkPlan over(SparkPlan other) {
    return new KnnJoinExec(other, rows, source, output(), queries);
  }

  @Override
  Object[] parts() {
    return new Object[] {child(), rows, source, output(), queries};
  }
}
