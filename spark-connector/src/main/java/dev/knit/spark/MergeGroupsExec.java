package dev.knit.spark;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Of what {@link SearchGroupsExec} found for a row of the left, the nearest. What was found comes
 * sorted, by Spark, which keeps on disk what does not fit into memory.
 */
public final class MergeGroupsExec extends JoinExec {
  private static final long serialVersionUID = 1;
  private final JoinRows rows;
  private final transient JoinSource source;
  private final SQLMetric count =
      SQLMetrics.createMetric(session().sparkContext(), "number of output rows");

  /** A merge of what was found, see {@link FoundRows}. */
  public MergeGroupsExec(SparkPlan found, JoinRows rows, JoinSource source, Seq<Attribute> output) {
    super(found, output);
    this.rows = rows;
    this.source = source;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    List<Attribute> columns = CollectionConverters.asJava(rows.columns());
    int rank = columns.stream().map(Attribute::name).toList().indexOf(KnnSearch.RANK);
    return merged(child().execute(), rows, source.options(), rank, count);
  }

  private static RDD<InternalRow> merged(
      RDD<InternalRow> found, JoinRows rows, KnnOptions options, int rank, SQLMetric count) {
    return found
        .toJavaRDD()
        .mapPartitions(sorted -> new MergeIterator(sorted, rows, options, rank, count))
        .rdd();
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    return FoundRows.byRow(child().output().head());
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    return FoundRows.sorted(child().output());
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return Map$.MODULE$.from(
        CollectionConverters.asScala(java.util.Map.of("numOutputRows", count)));
  }

  @Override
  public String nodeName() {
    return source.name();
  }

  @Override
  public String argString(int maxFields) {
    return KnnJoinExec.described(source, rows) + ", merged from groups of segments";
  }

  @Override
  SparkPlan over(SparkPlan other) {
    return new MergeGroupsExec(other, rows, source, output());
  }

  @Override
  Object[] parts() {
    return new Object[] {child(), rows, source, output()};
  }
}
