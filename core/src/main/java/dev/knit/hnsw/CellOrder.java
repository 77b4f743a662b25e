package dev.knit.hnsw;

import java.util.Arrays;

/**
 * Points in the order of their cells, and of their numbers within a cell: the nodes of the graph.
 *
 * @param points the point of each node
 * @param starts the first node of each cell; one more entry ends the last
 */
record CellOrder(int[] points, int[] starts) {

  /** Of all points, assigned under these weights. */
  static CellOrder of(NearestCells nearest, float[] weights) {
    int[] assigned = nearest.assign(weights);
    int[] loads = nearest.loads(assigned);
    int[] starts = new int[loads.length + 1];
    for (int cell = 0; cell < loads.length; cell++) {
      starts[cell + 1] = starts[cell] + loads[cell];
    }
    int[] next = starts.clone();
    int[] points = new int[assigned.length];
    for (int point = 0; point < assigned.length; point++) {
      points[next[assigned[point]]++] = point;
    }
    return new CellOrder(points, starts);
  }

  int[] members(int cell) {
    return Arrays.copyOfRange(points, starts[cell], starts[cell + 1]);
  }

  int[] sizes() {
    int[] sizes = new int[starts.length - 1];
    Arrays.setAll(sizes, cell -> starts[cell + 1] - starts[cell]);
    return sizes;
  }

  /** The node of each point. */
  int[] nodes() {
    int[] nodes = new int[points.length];
    for (int node = 0; node < nodes.length; node++) {
      nodes[points[node]] = node;
    }
    return nodes;
  }
}
