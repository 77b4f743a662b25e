package dev.knit.table;

/** The rows of each node, in order. Immutable. */
final class NodeRows {
  private final int[] rowNodes;
  private final int[] starts;
  private final int[] rows;

  /** Turns round the node of each row; null when row i is node i. */
  NodeRows(int[] rowNodes, int nodes) {
    this.rowNodes = rowNodes;
    if (rowNodes == null) {
      starts = null;
      rows = null;
      return;
    }
    starts = new int[nodes + 1];
    for (int node : rowNodes) {
      starts[node]++;
    }
    int sum = 0;
    for (int node = 0; node <= nodes; node++) {
      sum += starts[node];
      starts[node] = sum;
    }
    rows = new int[rowNodes.length];
    for (int row = rowNodes.length - 1; row >= 0; row--) {
      rows[--starts[rowNodes[row]]] = row;
    }
  }

  int node(int row) {
    return rowNodes == null ? row : rowNodes[row];
  }

  int count(int node) {
    return starts == null ? 1 : starts[node + 1] - starts[node];
  }

  int row(int node, int i) {
    return starts == null ? node : rows[starts[node] + i];
  }

  /**
   * The first row of each node; null when row i is node i.
   *
   * @throws IllegalArgumentException when a node has none
   */
  int[] firstRows(int nodes) {
    if (rowNodes == null) {
      return null;
    }
    int[] first = new int[nodes];
    int without = 0;
    for (int node = 0; node < nodes; node++) {
      without += count(node) == 0 ? 1 : 0;
      first[node] = count(node) == 0 ? 0 : row(node, 0);
    }
    if (without > 0) {
      throw NodeVectors.withoutRow(without, nodes);
    }
    return first;
  }

  long bytes() {
    return rowNodes == null ? 0 : 4L * (rowNodes.length + starts.length + rows.length);
  }
}
