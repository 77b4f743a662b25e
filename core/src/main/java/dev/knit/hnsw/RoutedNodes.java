package dev.knit.hnsw;

import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
  private static final int LEAST_NODES = 16;

  private final Map<Long, Route> routes = new TreeMap<>();

  /** Nodes of one cell, in the order of a walk, that look into another. */
  static final class Route {
    private int[] nodes = new int[16];
    private boolean[] near = new boolean[16];
    private int size;

    int size() {
      return size;
    }

    int node(int place) {
      return nodes[place];
    }

    /** Whether the other cell is one of the nearest to the node. */
    boolean near(int place) {
      return near[place];
    }

    private void add(int node, boolean isNear) {
      if (size == nodes.length) {
        nodes = Arrays.copyOf(nodes, 2 * size);
        near = Arrays.copyOf(near, 2 * size);
      }
      nodes[size] = node;
      near[size++] = isNear;
    }
  }

  /** Two cells, the lower first, and the nodes of each that look into the other. */
  record Pair(int first, int second, Route fromFirst, Route fromSecond) {}

  /** The routes that pay, of the nodes of {@code graph} on level 0. */
  RoutedNodes(HnswGraph graph, LevelOrder order, CellRoutes routes, Metric metric) {
    for (int place = 0; place < order.nodes.length; place++) {
      int node = order.nodes[place];
      double reach = reach(graph, node, metric);
      for (int i = 0; i < CellRoutes.MOST; i++) {
        int cell = routes.cells()[node * CellRoutes.MOST + i];
        if (cell < 0 || routes.margins()[node * CellRoutes.MOST + i] > reach) {
          break;
        }
        if (!order.isEmpty(cell)) {
          route(order.subgraphOf(place), cell).add(node, i < CellParams.NEAR);
        }
      }
    }
  }

  /** The pairs to merge, in order. */
  List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (long key : routes.keySet()) {
      int cell = (int) (key >>> 32);
      int other = (int) key;
      if (cell < other || !routes.containsKey(key(other, cell))) {
        Pair pair = pair(Math.min(cell, other), Math.max(cell, other));
        if (pair.fromFirst.size + pair.fromSecond.size >= LEAST_NODES) {
          pairs.add(pair);
        }
      }
    }
    return pairs;
  }

  private Pair pair(int first, int second) {
    Route none = new Route();
    return new Pair(
        first,
        second,
        routes.getOrDefault(key(first, second), none),
        routes.getOrDefault(key(second, first), none));
  }

  private Route route(int cell, int other) {
    return routes.computeIfAbsent(key(cell, other), key -> new Route());
  }

  private static long key(int cell, int other) {
    return (long) cell << 32 | other;
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
