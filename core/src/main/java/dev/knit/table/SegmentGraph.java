package dev.knit.table;

import dev.knit.hnsw.HnswGraph;

/**
 * A graph with the rows that its nodes stand for.
 *
 * @param rows how many rows there are
 * @param rowNodes the node of each row, or null when row i is node i
 */
public record SegmentGraph(HnswGraph graph, int rows, int[] rowNodes) {
  /** Checks that there is a node for each row. */
  public SegmentGraph {
    if (rows != (rowNodes == null ? graph.size() : rowNodes.length)) {
      throw new IllegalArgumentException(
          "There are %d rows, but nodes for %d."
              .formatted(rows, rowNodes == null ? graph.size() : rowNodes.length));
    }
  }

  /** A graph whose nodes are given per row, or null when row i is node i. */
  public static SegmentGraph of(HnswGraph graph, int[] rowNodes) {
    return new SegmentGraph(graph, rowNodes == null ? graph.size() : rowNodes.length, rowNodes);
  }
}
