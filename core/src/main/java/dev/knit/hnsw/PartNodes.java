package dev.knit.hnsw;

import java.util.Arrays;

/**
 * Numbers of nodes within a part of a graph: first its own, then those of other parts that its
 * lists name.
 *
 * @param base the number of the first own node in the whole graph
 * @param own how many there are
 * @param foreign the others by their numbers in the whole graph, rising
 */
record PartNodes(int base, int own, int[] foreign) {

  int size() {
    return own + foreign.length;
  }

  static boolean isOwn(int node, int base, int own) {
    return node >= base && node < base + own;
  }

  /** The number within the part of a node of the whole graph that it knows. */
  int local(int node) {
    return isOwn(node, base, own) ? node - base : own + Arrays.binarySearch(foreign, node);
  }

  /** The number in the whole graph of a node of the part. */
  int global(int node) {
    return node < own ? base + node : foreign[node - own];
  }

  /**
   * A graph of level 0 over these nodes with the lists of the own ones, whose numbers are global.
   */
  HnswGraph graph(int m, CellLists lists) {
    HnswGraph graph = new HnswGraph(m, new byte[size()]);
    for (int slot = 0; slot < lists.lists().length; slot++) {
      int node = lists.lists()[slot];
      if (node != HnswGraph.NONE) {
        graph.lists(0)[slot] = local(node);
        graph.lengths(0)[slot] = lists.lengths()[slot];
      }
    }
    return graph;
  }

  /** The lists of the own nodes of such a graph. */
  CellLists lists(HnswGraph graph) {
    int slots = own * graph.slots(0);
    int[] lists = Arrays.copyOf(graph.lists(0), slots);
    for (int slot = 0; slot < slots; slot++) {
      lists[slot] = lists[slot] < 0 ? lists[slot] : global(lists[slot]);
    }
    return new CellLists(lists, Arrays.copyOf(graph.lengths(0), slots));
  }
}
