package dev.knit.spark;

import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.TaskFile;
import java.io.Serializable;

/**
 * What the task of one cell left on storage.
 *
 * @param number of the cell
 * @param graph its subgraph, with lengths and the nodes of its rows
 * @param vectors of its nodes
 * @param routes of its nodes into other cells
 * @param upper its nodes of levels ≥ 1, and its root
 * @param root where searches in it start
 * @param maxLevel that of the root
 * @param sharing whether rows share nodes
 * @param routed cells that nodes have routes to
 * @param routedNodes beside them, how many
 * @param division distance computations to find the cells of its rows
 * @param distanceComputations of building the subgraph
 */
record Cell(
    int number,
    RowsFile rows,
    GraphPart graph,
    TaskFile vectors,
    TaskFile routes,
    TaskFile upper,
    int root,
    int maxLevel,
    boolean sharing,
    int[] routed,
    int[] routedNodes,
    long division,
    long distanceComputations,
    long peakHeapBytes)
    implements Serializable {

  int nodes() {
    return graph.nodes();
  }
}
