package dev.knit.spark;

import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Searches an index that does not fit into an executor: each group of segments for each block of
 * numbered rows, a task for each pair of these. A block is a partition of the child, by the numbers
 * of the rows, so that no block has many more than another.
 */
public final class SearchGroupsExec extends JoinExec {
  private static final long serialVersionUID = 1;
  private final JoinRows rows;
  private final transient JoinSource source;
  private final JoinMemory memory;
  private final transient OptionalLong queries;
  private final JoinMetrics metrics = JoinMetrics.of(session().sparkContext());

  /**
   * Searches.
   *
   * @param left rows with their numbers
   * @param rows numbered, too
   * @param output see {@link FoundRows}
   * @param queries how many rows the left has, if that is known
   */
  public SearchGroupsExec(
      SparkPlan left,
      JoinRows rows,
      JoinSource source,
      JoinMemory memory,
      Seq<Attribute> output,
      OptionalLong queries) {
    super(left, output);
    this.rows = rows;
    this.source = source;
    this.memory = memory;
    this.queries = queries;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RDD<InternalRow> blocks = child().execute();
    IndexSearch search = source.search(() -> queries.orElseGet(blocks::count));
    KnnJoinTask task = KnnJoinTask.of(rows, source, search, metrics);
    List<KnnJoinTask> groups =
        search == null ? List.of() : task.groups(memory).stream().map(task::in).toList();
    SparkContext context = session().sparkContext();
    return new SearchGroupsRdd(
        blocks, groups.isEmpty() ? List.of(task) : groups, Executors.places(context), memory);
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    return FoundRows.byRow(child().output().last());
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return Map$.MODULE$.from(CollectionConverters.asScala(metrics.named()));
  }

  @Override
  public String nodeName() {
    return "KnitSearchGroups";
  }

  @Override
  public String argString(int maxFields) {
    return source.known() == null
        ? memory.toString()
        : "%d groups of segments, %s".formatted(source.known().groups(memory).size(), memory);
  }

  @Override
  public AttributeSet references() {
    return rows.references();
  }

  @Override
  SparkPlan over(SparkPlan other) {
    return new SearchGroupsExec(other, rows, source, memory, output(), queries);
  }

  @Override
  Object[] parts() {
    return new Object[] {child(), rows, source, memory, output(), queries};
  }
}
