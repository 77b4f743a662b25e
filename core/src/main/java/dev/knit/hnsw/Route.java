package dev.knit.hnsw;

import java.util.Arrays;

/** Nodes of one cell, in the order of a walk, that look into another. */
final class Route {
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

  void add(int node, boolean isNear) {
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
      near = Arrays.copyOf(near, 2 * size);
    }
    nodes[size] = node;
    near[size++] = isNear;
  }

  /** These nodes with other numbers. */
  static Route of(CellRoute route, int base) {
    Route shifted = new Route();
    for (int i = 0; i < route.nodes().length; i++) {
      shifted.add(base + route.nodes()[i], route.near()[i]);
    }
    return shifted;
  }

  CellRoute to(int cell) {
    return new CellRoute(cell, Arrays.copyOf(nodes, size), Arrays.copyOf(near, size));
  }
}
