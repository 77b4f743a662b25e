package dev.knit.hnsw;

import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which nodes of a cell are to look for neighbors in another.
 *
 * @param cell the other
 * @param nodes in the order of a walk, from one to a neighbor where possible
 * @param near beside them, whether the other cell is one of the nearest to the node
 */
public record CellRoute(int cell, int[] nodes, boolean[] near) {
  /** With fewer nodes that look from one of two cells into the other they are not merged. */
  public static final int LEAST_NODES = RoutedNodes.LEAST_NODES;

  /** Collects where the nodes of a cell are, node after node. For one thread. */
  public static final class Collector {
    private int[] cells = new int[1024 * CellRoutes.MOST];
    private float[] margins = new float[cells.length];
    private int nodes;

    /** Takes the place of the next node. */
    public void add(CellMap.Place place) {
      int at = nodes++ * CellRoutes.MOST;
      if (at == cells.length) {
        cells = Arrays.copyOf(cells, 2 * at);
        margins = Arrays.copyOf(margins, 2 * at);
      }
      Arrays.fill(cells, at, at + CellRoutes.MOST, HnswGraph.NONE);
      System.arraycopy(place.cells(), 0, cells, at, place.cells().length);
      System.arraycopy(place.margins(), 0, margins, at, place.margins().length);
    }

    /**
     * The routes that pay, by the cell they lead to.
     *
     * @param graph that of the cell, with its lengths
     */
    public List<CellRoute> routes(HnswGraph graph, Metric metric) {
      List<CellRoute> routes = new ArrayList<>();
      RoutedNodes.of(graph, new CellRoutes(cells, margins, 0), metric)
          .forEach((cell, route) -> routes.add(route.to(cell)));
      return routes;
    }
  }
}
