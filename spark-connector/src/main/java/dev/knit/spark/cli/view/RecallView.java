package dev.knit.spark.cli.view;

import dev.knit.table.RecallCurve;
import dev.knit.table.Segment;
import java.util.List;

/** Recall of sampled rows at several values of ef. */
record RecallView(int k, int queries, List<RecallCurve.Point> points) {

  /** Null where there are no two rows to be each other's neighbors. */
  static RecallView of(List<Segment> segments, ViewOptions options) {
    if (segments.stream().mapToLong(Segment::liveRowCount).sum() < 2) {
      return null;
    }
    RecallCurve curve =
        RecallCurve.ofRows(segments, options.queries(), options.k(), options.seed());
    return new RecallView(options.k(), curve.queries(), curve.measure(options.widths()));
  }
}
