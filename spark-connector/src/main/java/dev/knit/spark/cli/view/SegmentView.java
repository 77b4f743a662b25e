package dev.knit.spark.cli.view;

import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.QualityOptions;

/**
 * One segment.
 *
 * @param graph its quality; null without a graph
 * @param cells null where the graph was built in one part
 */
record SegmentView(
    String uuid, int rows, int deleted, int nodes, long bytes, GraphQuality graph, Cells cells) {

  static SegmentView of(OpenSegment open, long seed) {
    GraphQuality quality =
        open.graph() == null
            ? null
            : GraphQuality.withoutRecall(
                open.graph(), open.segment().vectors(), QualityOptions.DEFAULT.seed(seed));
    return new SegmentView(
        open.info().uuid().toString(),
        open.info().rows(),
        open.info().rows() - open.info().liveRows(),
        open.info().nodes(),
        open.info().bytes(),
        quality,
        open.cells() == null ? null : Cells.of(open.graph(), open.info().graphFiles()));
  }
}
