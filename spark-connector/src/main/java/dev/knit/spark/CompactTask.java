package dev.knit.spark;

import dev.knit.table.Compactor;
import dev.knit.table.SegmentInfo;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Compacts a group of segments in a task, beside others that compact other groups. When Spark
 * repeats one, the second finds nothing to do.
 */
record CompactTask(TableAccess table, LongAccumulator progress)
    implements Function<List<UUID>, CompactTask.Done> {

  /** What was done. */
  record Done(int compacted, int segments, long rows, long dropped) implements Serializable {
    static Done of(Compactor.Report report) {
      return new Done(report.compacted(), report.segments(), report.rows(), report.dropped());
    }

    Done and(Done other) {
      return new Done(
          compacted + other.compacted,
          segments + other.segments,
          rows + other.rows,
          dropped + other.dropped);
    }
  }

  /** Runs a task for each group and waits for all. */
  static Done run(SparkSession spark, TableAccess table, List<List<SegmentInfo>> groups)
      throws Exception {
    JavaSparkContext context = new JavaSparkContext(Sessions.context(spark));
    List<List<UUID>> names = new ArrayList<>();
    long rows = 0;
    for (List<SegmentInfo> group : groups) {
      names.add(new ArrayList<>(group.stream().map(SegmentInfo::uuid).toList()));
      rows += group.stream().mapToLong(SegmentInfo::liveRows).sum();
    }
    Done nothing = new Done(0, 0, 0, 0);
    if (groups.isEmpty()) {
      return nothing;
    }
    LongAccumulator progress = context.sc().longAccumulator(KnitIndex.ROWS_COUNTER);
    CompactTask task = new CompactTask(table, progress);
    String total = Long.toString(rows);
    return Phases.described(
        context.sc(),
        "Knit: compacting %d segments into %d"
            .formatted(groups.stream().mapToInt(List::size).sum(), groups.size()),
        () ->
            Phases.with(
                context.sc(),
                KnitIndex.ROWS_PROPERTY,
                total,
                () ->
                    context.parallelize(names, names.size()).map(task).collect().stream()
                        .reduce(nothing, Done::and)));
  }

  @Override
  public Done call(List<UUID> group) throws Exception {
    TaskContext task = TaskContext.get();
    return Done.of(
        Compactor.compact(
            table.io(),
            table.path(),
            group,
            task.cpus(),
            rows -> {
              task.killTaskIfInterrupted();
              progress.add(rows);
            }));
  }
}
