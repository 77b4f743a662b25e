package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * Makes every node reachable from the entry point on every level it is on.
 *
 * <p>Steps, per level: a breadth-first tree from the entry point; each node outside it, in node
 * order, is searched for in the tree and attached behind the nearest node that has room, or else in
 * place of that node's longest edge that the tree does not need; whatever it leads to joins the
 * tree. Such a node always exists: a leaf of the tree needs none of its edges.
 *
 * <p>Of a part of a graph only the first nodes are its own; those behind them are of other parts,
 * have empty lists here and need not be reached unless {@link #reach} says so.
 */
final class Connectivity {
  private final HnswGraph graph;
  private final int own;
  private final Distances distances;
  private final Distances measuring;
  private final LayerSearch search;
  private final int[] parent;
  private final int[] queue;

  Connectivity(HnswGraph graph, VectorValues vectors) {
    this(graph, vectors, graph.size());
  }

  /** Of a part of a graph whose own nodes are {@code 0 … own − 1}. */
  Connectivity(HnswGraph graph, VectorValues vectors, int own) {
    this.graph = graph;
    this.own = own;
    this.distances = vectors.distances();
    this.measuring = vectors.distances();
    this.search = new LayerSearch(graph, distances);
    this.parent = new int[graph.size()];
    this.queue = new int[graph.size()];
  }

  /** Attaches what is unreachable, and returns how many nodes had to be. */
  int repair() {
    int attached = 0;
    for (int level = graph.maxLevel(); level >= 0; level--) {
      attached += repair(level);
    }
    return attached;
  }

  long distanceComputations() {
    return distances.computed() + measuring.computed();
  }

  private int repair(int level) {
    Arrays.fill(parent, HnswGraph.NONE);
    grow(level, graph.entryPoint(), graph.entryPoint());
    int attached = 0;
    for (int node = 0; node < own; node++) {
      attached += graph.level(node) >= level && reach(level, node) ? 1 : 0;
    }
    return attached;
  }

  /** Attaches a node to the tree of {@code level}, the last repaired, unless it is in it. */
  boolean reach(int level, int node) {
    if (parent[node] != HnswGraph.NONE) {
      return false;
    }
    grow(level, node, attach(level, node));
    return true;
  }

  /** Puts {@code root} under {@code from}, with all that it leads to. */
  private void grow(int level, int root, int from) {
    parent[root] = from;
    queue[0] = root;
    int[] lists = graph.lists(level);
    for (int head = 0, tail = 1; head < tail; head++) {
      int offset = graph.offset(level, queue[head]);
      for (int slot = offset; slot < offset + graph.slots(level) && lists[slot] >= 0; slot++) {
        if (parent[lists[slot]] == HnswGraph.NONE) {
          parent[lists[slot]] = queue[head];
          queue[tail++] = lists[slot];
        }
      }
    }
  }

  /** Makes {@code node} a neighbor of a node in the tree, which it returns. */
  private int attach(int level, int node) {
    distances.fromNode(node);
    for (int ef = Math.min(64, graph.size()); ; ef = Math.min(8 * ef, graph.size())) {
      search.start(ef);
      search.descend(graph.entryPoint(), graph.maxLevel(), level);
      search.run(level, ef);
      for (int rank = 0; rank < search.beam.size(); rank++) {
        int near = search.beam.node(rank);
        if (give(level, near, node, search.beam.key(rank))) {
          return near;
        }
      }
      if (ef == graph.size()) {
        throw new IllegalStateException("No node has room for node " + node + ".");
      }
    }
  }

  private boolean give(int level, int near, int node, float length) {
    if (parent[near] == HnswGraph.NONE || near >= own) {
      return false; // an unreachable entry of the descent, or a node of another part
    }
    Lengths.measure(graph, level, near, measuring);
    int degree = graph.degree(level, near);
    if (degree < graph.slots(level)) {
      graph.append(level, near, degree, node, length);
      return true;
    }
    int offset = graph.offset(level, near);
    int longest = HnswGraph.NONE;
    for (int slot = offset; slot < offset + degree; slot++) {
      boolean spare = parent[graph.lists(level)[slot]] != near;
      if (spare && (longest < 0 || graph.lengths(level)[slot] > graph.lengths(level)[longest])) {
        longest = slot;
      }
    }
    if (longest < 0) {
      return false;
    }
    graph.append(level, near, longest - offset, node, length);
    return true;
  }
}
