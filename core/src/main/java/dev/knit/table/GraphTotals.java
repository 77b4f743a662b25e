package dev.knit.table;

import java.io.Serializable;

/**
 * What all files of a graph say of the whole.
 *
 * @param maxLevel −1 without nodes, as is the entry point
 */
public record GraphTotals(int maxLevel, int entryPoint, int nodes, int rows)
    implements Serializable {
  static GraphTotals of(SegmentGraph graph) {
    return new GraphTotals(
        graph.graph().maxLevel(), graph.graph().entryPoint(), graph.graph().size(), graph.rows());
  }
}
