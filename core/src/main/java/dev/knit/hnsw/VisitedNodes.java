package dev.knit.hnsw;

import java.util.Arrays;

/**
 * Which nodes a search has visited: a bit a node, so that those of a large graph stay in a near
 * cache, and a log by which to forget them. For one thread.
 */
final class VisitedNodes {
  private static final int SHIFT = 6; // of the bits in a long

  private final long[] bits;
  private int[] log = new int[1024];
  private int logged;

  VisitedNodes(int capacity) {
    bits = new long[(capacity >>> SHIFT) + 1];
  }

  /** Whether it has room for nodes below {@code capacity}. */
  boolean holds(int capacity) {
    return capacity >>> SHIFT < bits.length;
  }

  void clear() {
    for (int i = 0; i < logged; i++) {
      bits[log[i] >>> SHIFT] = 0;
    }
    logged = 0;
  }

  /** Marks a node as visited; whether it was not before. */
  boolean visit(int node) {
    boolean first = (bits[node >>> SHIFT] >>> node & 1) == 0;
    if (first) {
      bits[node >>> SHIFT] |= 1L << node;
      room(1);
      log[logged++] = node;
    }
    return first;
  }

  /**
   * Marks {@code nodes[from … from + count − 1]} and moves those that were not visited before to
   * {@code nodes[from]} and on; returns how many they are. Which they are cannot be predicted.
   */
  int visit(int[] nodes, int from, int count) {
    int unvisited = from;
    for (int i = from; i < from + count; i++) {
      int node = nodes[i];
      long word = bits[node >>> SHIFT];
      nodes[unvisited] = node;
      unvisited += (int) (~word >>> node & 1);
      bits[node >>> SHIFT] = word | 1L << node;
    }
    room(unvisited - from);
    System.arraycopy(nodes, from, log, logged, unvisited - from);
    logged += unvisited - from;
    return unvisited - from;
  }

  private void room(int more) {
    if (logged + more > log.length) {
      log = Arrays.copyOf(log, 2 * (logged + more));
    }
  }
}
