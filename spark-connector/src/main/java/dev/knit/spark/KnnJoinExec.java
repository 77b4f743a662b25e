package dev.knit.spark;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
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
 * Searches a target for each row of its child, in the child's tasks. Public with all parameters
 * because Spark copies plans by reflection.
 */
public final class KnnJoinExec extends SparkPlan {
  private static final long serialVersionUID = 1;
  private final SparkPlan left;
  private final Expression query;
  private final Seq<Expression> self;
  private final Seq<Expression> on;
  private final transient JoinSpec spec;
  private final Seq<Attribute> right;
  private final Seq<Attribute> output;
  private final transient OptionalLong queries;
  private final JoinMetrics metrics = JoinMetrics.of(session().sparkContext());

  /**
   * A join; see {@link KnnJoinNode}.
   *
   * @param right the columns of a neighbor that are asked for, by the names of the index
   * @param queries how many rows the left has, if that is known
   */
  public KnnJoinExec(
      SparkPlan left,
      Expression query,
      Seq<Expression> self,
      Seq<Expression> on,
      JoinSpec spec,
      Seq<Attribute> right,
      Seq<Attribute> output,
      OptionalLong queries) {
    this.left = left;
    this.query = query;
    this.self = self;
    this.on = on;
    this.spec = spec;
    this.right = right;
    this.output = output;
    this.queries = queries;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RDD<InternalRow> asking = left.execute();
    IndexSearch search = spec.target().search(() -> queries.orElseGet(asking::count));
    if (search == null) {
      return joined(asking, null, new int[0], PairCondition.of(on, left.outputSet()));
    }
    IndexColumns types = new IndexColumns(search.snapshot().schema());
    PairCondition condition = PairCondition.of(on, left.outputSet());
    return joined(
        asking,
        condition.narrowed(search, types),
        JoinColumns.numbers(CollectionConverters.asJava(right), types),
        condition);
  }

  private RDD<InternalRow> joined(
      RDD<InternalRow> asking, IndexSearch search, int[] numbers, PairCondition condition) {
    JoinRows rows = new JoinRows(query, self, left.output(), right, numbers);
    KnnJoinTask task =
        new KnnJoinTask(rows, search, spec.options(), condition, metrics, spec.target());
    return asking.toJavaRDD().mapPartitions(task).rdd();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return Map$.MODULE$.from(CollectionConverters.asScala(metrics.named()));
  }

  @Override
  public String nodeName() {
    return "KnnJoin";
  }

  @Override
  public String argString(int maxFields) {
    String condition = on.isEmpty() ? "" : " on " + on.mkString("(", ") and (", ")");
    return (spec.options().outer() ? "LeftOuter, " : "Inner, ") + spec + condition;
  }

  @Override
  public Seq<Attribute> output() {
    return output;
  }

  /** Of the left: those of the right are made here. */
  @Override
  public AttributeSet references() {
    return query.references().$plus$plus(referencesOf(self)).$plus$plus(referencesOf(on));
  }

  private AttributeSet referencesOf(Seq<Expression> expressions) {
    return AttributeSet.fromAttributeSets(expressions.map(Expression::references))
        .filter(left.outputSet()::contains);
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
    return new KnnJoinExec(children.head(), query, self, on, spec, right, output, queries);
  }

  @Override
  public int productArity() {
    return 8;
  }

  @Override
  public Object productElement(int n) {
    return new Object[] {left, query, self, on, spec, right, output, queries}[n];
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof KnnJoinExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KnnJoinExec join
        && left.equals(join.left)
        && query.equals(join.query)
        && self.equals(join.self)
        && on.equals(join.on)
        && Objects.equals(spec, join.spec)
        && right.equals(join.right)
        && output.equals(join.output);
  }

  @Override
  public int hashCode() {
    return Objects.hash(left, query, self, on, spec, right);
  }
}
