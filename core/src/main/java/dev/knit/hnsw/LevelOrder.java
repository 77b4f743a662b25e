package dev.knit.hnsw;

import java.util.Arrays;

/**
 * The nodes of one level, subgraph after subgraph, each subgraph in depth-first order that goes to
 * the nearest neighbor first. Neighbors in the graph thus stand close together, so that a walk over
 * a stretch of the order nearly always has a neighbor behind it to carry hits over from.
 */
final class LevelOrder {
  /** Nodes by place. */
  final int[] nodes;

  /** Places by node, −1 for nodes that are not on the level. */
  final int[] places;

  /** Where each subgraph begins in the order; one more entry ends the last. */
  final int[] starts;

  LevelOrder(HnswGraph graph, int[] bases, int level) {
    places = new int[graph.size()];
    Arrays.fill(places, HnswGraph.NONE);
    int[] order = new int[graph.size()];
    starts = new int[bases.length];
    int count = 0;
    for (int subgraph = 0; subgraph + 1 < bases.length; subgraph++) {
      starts[subgraph] = count;
      for (int node = bases[subgraph]; node < bases[subgraph + 1]; node++) {
        if (graph.level(node) >= level && places[node] < 0) {
          count = visit(graph, level, node, order, count);
        }
      }
    }
    starts[bases.length - 1] = count;
    nodes = Arrays.copyOf(order, count);
  }

  int subgraphs() {
    return starts.length - 1;
  }

  boolean isEmpty(int subgraph) {
    return starts[subgraph] == starts[subgraph + 1];
  }

  /** Which subgraph a place belongs to. */
  int subgraphOf(int place) {
    int found = Arrays.binarySearch(starts, place);
    if (found < 0) {
      return -found - 2;
    }
    while (isEmpty(found)) {
      found++;
    }
    return found;
  }

  private int visit(HnswGraph graph, int level, int root, int[] order, int count) {
    int[] path = new int[64];
    int depth = 0;
    path[0] = root;
    places[root] = count;
    order[count++] = root;
    while (depth >= 0) {
      int next = nearestUnvisited(graph, level, path[depth]);
      if (next == HnswGraph.NONE) {
        depth--;
        continue;
      }
      if (++depth == path.length) {
        path = Arrays.copyOf(path, 2 * depth);
      }
      path[depth] = next;
      places[next] = count;
      order[count++] = next;
    }
    return count;
  }

  private int nearestUnvisited(HnswGraph graph, int level, int node) {
    int offset = graph.offset(level, node);
    int[] lists = graph.lists(level);
    for (int slot = offset; slot < offset + graph.slots(level) && lists[slot] >= 0; slot++) {
      if (places[lists[slot]] < 0) {
        return lists[slot];
      }
    }
    return HnswGraph.NONE;
  }
}
