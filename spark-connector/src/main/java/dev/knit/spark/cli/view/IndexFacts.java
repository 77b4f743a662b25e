package dev.knit.spark.cli.view;

import dev.knit.table.Column;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.util.List;

/** What the manifest says of an index, and when the page was made (milliseconds since 1970). */
record IndexFacts(
    String path,
    long version,
    long timestamp,
    long made,
    long rows,
    long deleted,
    long withoutGraph,
    int segments,
    long bytes,
    int dimension,
    String metric,
    int m,
    int efConstruction,
    String quantization,
    String id,
    String vector,
    List<String> columns) {

  static IndexFacts of(String path, Snapshot snapshot) {
    List<SegmentInfo> segments = snapshot.segments();
    return new IndexFacts(
        path,
        snapshot.version(),
        snapshot.timestamp(),
        System.currentTimeMillis(),
        snapshot.rows(),
        segments.stream().mapToLong(s -> s.rows() - s.liveRows()).sum(),
        segments.stream().filter(SegmentInfo::isFlat).mapToLong(SegmentInfo::liveRows).sum(),
        segments.size(),
        segments.stream().mapToLong(SegmentInfo::bytes).sum(),
        snapshot.schema().dimension(),
        snapshot.params().metric().id(),
        snapshot.params().m(),
        snapshot.params().efConstruction(),
        snapshot.params().quantization().id(),
        describe(snapshot.schema().id()),
        snapshot.schema().vector(),
        snapshot.schema().metadata().stream().map(IndexFacts::describe).toList());
  }

  private static String describe(Column column) {
    return "%s (%s)".formatted(column.name(), column.type());
  }
}
