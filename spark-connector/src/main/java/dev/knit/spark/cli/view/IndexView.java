package dev.knit.spark.cli.view;

import dev.knit.io.FileIO;
import dev.knit.table.Column;
import dev.knit.table.IndexTable;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a page shows of an index.
 *
 * @param recall null where there are fewer than two rows
 * @param segments the largest, at most 16
 * @param map of these segments
 * @param walks through these segments
 * @param walkEf width of their beam
 * @param history the newest versions first, at most 300
 */
public record IndexView(
    IndexFacts index,
    RecallView recall,
    List<SegmentView> segments,
    SampleMap map,
    List<Walk> walks,
    int walkEf,
    List<TableVersion> history) {
  private static final int MOST_SEGMENTS = 16;
  private static final int MOST_VERSIONS = 300;

  /**
   * Opens all segments of the newest version, measures and samples them.
   *
   * @throws IllegalArgumentException when there is no column of the name of the label
   */
  public static IndexView of(FileIO io, String path, ViewOptions options) throws IOException {
    IndexTable table = new IndexTable(io, path);
    Snapshot snapshot = table.snapshot();
    int label = label(snapshot, options.label());
    List<OpenSegment> open = new ArrayList<>();
    try {
      for (SegmentInfo info : snapshot.segments()) {
        open.add(OpenSegment.of(info, Segment.open(io, path, snapshot, info)));
      }
      return of(IndexFacts.of(path, snapshot), open, label, options, table.history(MOST_VERSIONS));
    } finally {
      open.forEach(segment -> segment.segment().close());
    }
  }

  private static IndexView of(
      IndexFacts facts,
      List<OpenSegment> open,
      int label,
      ViewOptions options,
      List<TableVersion> history) {
    List<OpenSegment> largest =
        open.stream()
            .filter(segment -> segment.info().nodes() > 0)
            .sorted(Comparator.comparingInt(segment -> -segment.info().nodes()))
            .limit(MOST_SEGMENTS)
            .toList();
    SampleMap map = SampleMap.of(largest, label, options.seed());
    return new IndexView(
        facts,
        RecallView.of(open.stream().map(OpenSegment::segment).toList(), options),
        largest.stream().map(segment -> SegmentView.of(segment, options.seed())).toList(),
        map,
        new WalkRecorder(largest, map.nodes(), options).record(),
        options.walkEf(),
        history);
  }

  private static int label(Snapshot snapshot, String name) {
    List<String> columns = snapshot.schema().metadata().stream().map(Column::name).toList();
    if (name != null && !columns.contains(name)) {
      throw new IllegalArgumentException(
          "There is no metadata column '%s'; there are %s.".formatted(name, columns));
    }
    return name == null ? -1 : columns.indexOf(name);
  }
}
