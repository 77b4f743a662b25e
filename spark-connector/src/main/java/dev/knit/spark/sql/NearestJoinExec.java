package dev.knit.spark.sql;

import dev.knit.spark.JoinMetrics;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Searches an index for each row of its child, in the child's tasks. Public with all parameters
 * because Spark copies plans by reflection.
 */
public final class NearestJoinExec extends SparkPlan {
  private static final long serialVersionUID = 1;
  private final SparkPlan left;
  private final Expression query;
  private final NearestSpec spec;
  private final transient KnitScan scan;
  private final Seq<Attribute> columns;
  private final Seq<Expression> values;
  private final Seq<Attribute> output;
  private final JoinMetrics metrics = JoinMetrics.of(session().sparkContext());

  /**
   * A join.
   *
   * @param scan which rows of which index; null for none at all
   * @param columns what the scan gives
   * @param values the right side's columns as functions of those
   */
  public NearestJoinExec(
      SparkPlan left,
      Expression query,
      NearestSpec spec,
      KnitScan scan,
      Seq<Attribute> columns,
      Seq<Expression> values,
      Seq<Attribute> output) {
    this.left = left;
    this.query = query;
    this.spec = spec;
    this.scan = scan;
    this.columns = columns;
    this.values = values;
    this.output = output;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    NearestRows found = new NearestRows(query, spec, left.output(), columns, values);
    NearestTask task =
        scan == null
            ? new NearestTask(found, null, null, null, metrics)
            : new NearestTask(
                found,
                Searches.of(scan, spec.k(), spec.exact()),
                scan.columns(),
                scan.table().snapshot().params().metric(),
                metrics);
    return left.execute().toJavaRDD().mapPartitions(task).rdd();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return Map$.MODULE$.from(CollectionConverters.asScala(metrics.named()));
  }

  @Override
  public String nodeName() {
    return "KnitNearestJoin";
  }

  @Override
  public String argString(int maxFields) {
    return scan == null
        ? "no rows"
        : "%s, %s %s"
            .formatted(
                spec.outer() ? "LeftOuter" : "Inner",
                scan.description(),
                Searches.describe(scan, spec.k(), spec.exact()));
  }

  @Override
  public Seq<Attribute> output() {
    return output;
  }

  @Override
  public AttributeSet references() {
    return query.references();
  }

  @Override
  public AttributeSet producedAttributes() {
    return outputSet();
  }

  @Override
  public Seq<SparkPlan> children() {
    return CollectionConverters.asScala(List.of(left)).toSeq();
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new NearestJoinExec(children.head(), query, spec, scan, columns, values, output);
  }

  @Override
  public int productArity() {
    return 7;
  }

  @Override
  public Object productElement(int n) {
    return new Object[] {left, query, spec, scan, columns, values, output}[n];
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof NearestJoinExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NearestJoinExec join
        && left.equals(join.left)
        && query.equals(join.query)
        && spec.equals(join.spec)
        && Objects.equals(scan, join.scan)
        && values.equals(join.values)
        && output.equals(join.output);
  }

  @Override
  public int hashCode() {
    return Objects.hash(left, query, spec, scan, values);
  }
}
