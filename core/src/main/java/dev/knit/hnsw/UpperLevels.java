package dev.knit.hnsw;

/** What nodes of the levels ≥ 1 get on level 0 besides their neighbors. */
final class UpperLevels {
  private UpperLevels() {}

  /**
   * Adds some edges between these nodes to their lists of level 0, while there is room: long ones,
   * as a graph keeps of the nodes that were inserted first, and their distances are known.
   *
   * @param others as many as a list has slots, from {@code at} on
   */
  static void addLong(HnswGraph graph, int node, int[] others, float[] lengths, int at) {
    int degree = graph.degree(0, node);
    int end = at + graph.slots(0);
    int most = graph.m() / 4;
    for (int i = at; i < end && others[i] >= 0 && degree < graph.slots(0) && most > 0; i++) {
      if (!graph.isNeighbor(0, node, others[i])) {
        graph.append(0, node, degree++, others[i], lengths[i]);
        most--;
      }
    }
  }
}
