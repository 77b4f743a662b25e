package dev.knit.spark;

import dev.knit.table.Compactor;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/** Compacts a table in a task. When Spark repeats it, the second finds nothing to do. */
record CompactTask(TableAccess table) implements Function<Boolean, CompactTask.Done> {

  /** What was done, and the version that came of it. */
  record Done(long version, int compacted, long rows, long dropped) implements Serializable {
    static Done of(Compactor.Report report) {
      return new Done(
          report.snapshot().version(), report.compacted(), report.rows(), report.dropped());
    }
  }

  /** Runs the task and waits for it. */
  static Done run(SparkSession spark, TableAccess table, boolean all) throws Exception {
    JavaSparkContext context = new JavaSparkContext(Sessions.context(spark));
    return Phases.described(
        context.sc(),
        "Knit: compacting",
        () -> context.parallelize(List.of(all), 1).map(new CompactTask(table)).first());
  }

  @Override
  public Done call(Boolean all) throws Exception {
    int threads = TaskContext.get().cpus();
    return Done.of(
        all
            ? Compactor.compactAll(table.io(), table.path(), threads)
            : Compactor.compact(table.io(), table.path(), threads));
  }
}
