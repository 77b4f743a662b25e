package dev.knit.hnsw;

import dev.knit.vector.Metric;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which nodes of which cells are to look for neighbors in which other cells: those that are nearer
 * to the border than {@value #REACH} times the distance of a near neighbor. A neighbor at some
 * distance is seldom straight ahead, so that its part across the border is much shorter, and the
 * shorter the more dimensions there are. Nodes in sparse regions thus look farther than others.
 * Nodes of the upper levels look into all cells they have a route to: clusters far from any border
 * would have no edges between them otherwise.
 */
final class RoutedNodes {
  static final float REACH = 0.3f;

  /** Which neighbor's distance counts, from 0. */
  private static final int NEIGHBOR = 4;

  /** Pairs of cells with fewer nodes between them are left out. */
  static final int LEAST_NODES = 16;

  private RoutedNodes() {}

  /**
   * The routes of the nodes of a cell, by the cell that they lead to.
   *
   * @param graph that of the cell, with its lengths
   */
  static SortedMap<Integer, Route> of(HnswGraph graph, CellRoutes routes, Metric metric) {
    LevelOrder order = new LevelOrder(graph, new int[] {0, graph.size()}, 0);
    SortedMap<Integer, Route> byCell = new TreeMap<>();
    for (int node : order.nodes) {
      double reach = reach(graph, node, metric);
      for (int i = 0; i < CellRoutes.MOST; i++) {
        int cell = routes.cells()[node * CellRoutes.MOST + i];
        if (cell < 0 || routes.margins()[node * CellRoutes.MOST + i] > reach) {
          break;
        }
        byCell.computeIfAbsent(cell, key -> new Route()).add(node, i < CellParams.NEAR);
      }
    }
    return byCell;
  }

  private static double reach(HnswGraph graph, int node, Metric metric) {
    int degree = graph.degree(0, node);
    if (degree == 0 || graph.level(node) > 0) {
      return Double.POSITIVE_INFINITY;
    }
    int slot = graph.offset(0, node) + Math.min(degree - 1, NEIGHBOR);
    return REACH * EdgeLength.of(metric, graph.lengths(0)[slot]);
  }
}
