package dev.knit.table;

import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.QualityOptions;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How good the graphs of a snapshot are. Each segment is judged on its own: recall is that of its
 * own neighbors.
 *
 * @param version of the snapshot
 * @param rows of all segments
 * @param segments those with a graph, in the order of the snapshot
 */
public record IndexStats(long version, long rows, List<SegmentStats> segments) {

  /**
   * One segment: its name, rows, deleted or not, and the quality of its graph, whose nodes rows may
   * share.
   */
  public record SegmentStats(UUID uuid, int rows, GraphQuality graph) {}

  /** A copy is made of {@code segments}. */
  public IndexStats {
    segments = List.copyOf(segments);
  }

  /**
   * Opens the segments that have a graph, one at a time, and samples their graphs; on this thread.
   *
   * @throws CorruptIndexException when a file is not what was written
   */
  public static IndexStats of(FileIO io, String table, Snapshot snapshot, QualityOptions options)
      throws IOException {
    List<SegmentStats> segments = new ArrayList<>();
    for (SegmentInfo info : snapshot.segments()) {
      if (info.isFlat()) {
        continue;
      }
      try (Segment segment = Segment.open(io, table, snapshot, info)) {
        GraphQuality quality = GraphQuality.of(segment.graph(), segment.vectors(), options);
        segments.add(new SegmentStats(info.uuid(), info.rows(), quality));
      }
    }
    return new IndexStats(snapshot.version(), snapshot.rows(), segments);
  }
}
