package dev.knit.table;

/** The nodes and rows of a graph that one of its files covers. */
public record GraphRange(int firstNode, int nodes, int firstRow, int rows) {
  /** Checks that no number is negative or too large. */
  public GraphRange {
    if (firstNode < 0 || nodes < 0 || firstRow < 0 || rows < 0) {
      throw new IllegalArgumentException("A range of nodes and rows has no negative numbers.");
    }
    Math.addExact(firstNode, nodes);
    Math.addExact(firstRow, rows);
  }

  /** All of a graph. */
  public static GraphRange all(SegmentGraph graph) {
    return new GraphRange(0, graph.graph().size(), 0, graph.rows());
  }
}
