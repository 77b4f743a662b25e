package dev.knit.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Lets records pass that fit the table, and gives the others, with the reason, to an output. */
final class RecordCheck<T> extends ProcessFunction<T, T> {
  private static final long serialVersionUID = 1;
  private final RecordMapper<T> mapper;
  private final RowTarget.Source source;
  private final OutputTag<Tuple2<T, String>> invalid;
  private transient RowTarget target;

  RecordCheck(
      RecordMapper<T> mapper, RowTarget.Source source, OutputTag<Tuple2<T, String>> invalid) {
    this.mapper = mapper;
    this.source = source;
    this.invalid = invalid;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    target = source.open();
  }

  @Override
  public void processElement(T record, Context context, Collector<T> out) {
    try {
      target.check(RowTarget.change(mapper, record));
    } catch (IllegalArgumentException e) {
      context.output(invalid, Tuple2.of(record, e.getMessage()));
      return;
    }
    out.collect(record);
  }
}
