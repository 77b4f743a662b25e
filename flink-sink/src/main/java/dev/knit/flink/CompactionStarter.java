package dev.knit.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Offers a compaction of the table for each element, and lets the last end before it ends. */
final class CompactionStarter<T> extends ProcessFunction<T, Void> {
  private static final long serialVersionUID = 1;
  private final TableAccess table;
  private final CompactionOptions options;
  private transient CompactionTask task;

  CompactionStarter(TableAccess table, CompactionOptions options) {
    this.table = table;
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    task =
        new CompactionTask(
            table, options, new CompactionMetrics(getRuntimeContext().getMetricGroup()));
  }

  @Override
  public void processElement(T element, Context context, Collector<Void> out) {
    task.offer();
  }

  @Override
  public void close() throws Exception {
    if (task != null) {
      task.close();
    }
  }
}
