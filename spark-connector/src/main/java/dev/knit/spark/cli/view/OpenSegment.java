package dev.knit.spark.cli.view;

import dev.knit.hnsw.HnswGraph;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;

/**
 * A segment in memory and what the manifest says of it.
 *
 * @param cells the cell of each node; null when there is one only
 */
record OpenSegment(SegmentInfo info, Segment segment, int[] cells) {

  static OpenSegment of(SegmentInfo info, Segment segment) {
    boolean several = info.graphFiles().size() > 1;
    return new OpenSegment(
        info, segment, several ? Cells.of(info.graphFiles(), info.nodes()) : null);
  }

  HnswGraph graph() {
    return segment.graph();
  }

  int cell(int node) {
    return cells == null ? 0 : cells[node];
  }

  /** The exact vector of a node, as its metric stores it. */
  float[] vector(int node) {
    float[] vector = new float[segment.vectors().dimension()];
    segment.vectors().exact().copy(node, vector);
    return vector;
  }
}
