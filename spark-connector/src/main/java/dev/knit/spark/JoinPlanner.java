package dev.knit.spark;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.LogicalQueryStage;
import scala.collection.immutable.Seq;

/**
 * Plans joins by searches. What fits into an executor is searched in one step, in the tasks of the
 * left. Otherwise the rows of the left are numbered and shuffled into blocks, each block is
 * searched for in each group of segments, and what was found is shuffled by row and merged.
 */
public final class JoinPlanner {
  private final JoinRows rows;
  private final JoinSource source;
  private final Seq<Attribute> output;

  /** Joins. */
  public JoinPlanner(JoinRows rows, JoinSource source, Seq<Attribute> output) {
    this.rows = rows;
    this.source = source;
    this.output = output;
  }

  /**
   * A plan.
   *
   * @param left the rows that are joined
   * @param logical what they were planned from
   */
  public SparkPlan plan(SparkPlan left, LogicalPlan logical) {
    SparkContext context = left.session().sparkContext();
    JoinMemory memory = JoinMemory.of(context);
    OptionalLong queries = queries(logical);
    return source.exceeds(memory.bytes())
        ? inGroups(left, logical, memory, queries)
        : new KnnJoinExec(left, rows, source, output, queries);
  }

  private SparkPlan inGroups(
      SparkPlan left, LogicalPlan logical, JoinMemory memory, OptionalLong queries) {
    Optional<Attribute> made = number(logical);
    JoinRows numbered = rows.numbered(made.orElseGet(FoundRows::row));
    SparkPlan asking = made.isPresent() ? left : new NumberedRowsExec(left, numbered.left());
    // The shuffle above stands for the left, so that adaptive execution takes its count of rows for
    // that of the left, not of the join.
    asking.setLogicalLink(logical);
    SparkPlan found =
        new SearchGroupsExec(
            asking, numbered, source, memory, FoundRows.columns(FoundRows.row()), queries);
    return new MergeGroupsExec(found, rows, source, output);
  }

  /** The number that rows have already where adaptive execution has shuffled them. */
  private static Optional<Attribute> number(LogicalPlan left) {
    return left instanceof LogicalQueryStage stage
        ? Optional.of((Attribute) stage.physicalPlan().output().last())
            .filter(last -> FoundRows.isNumber(last) && !left.outputSet().contains(last))
        : Optional.empty();
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
