package dev.knit.hnsw;

import java.util.Arrays;

/** Pairs of a node and a possible neighbor of it at a known distance; for one thread. */
final class CandidateEdges {
  private int[] nodes = new int[1024];
  private long[] entries = new long[1024];
  private int size;

  int size() {
    return size;
  }

  int node(int i) {
    return nodes[i];
  }

  /** The possible neighbor, an entry of {@link Entries}. */
  long entry(int i) {
    return entries[i];
  }

  void add(int node, long entry) {
    if (size == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * size);
      entries = Arrays.copyOf(entries, 2 * size);
    }
    nodes[size] = node;
    entries[size++] = entry;
  }

  /** Adds the way back of an edge. */
  void addBack(int i) {
    add(Entries.node(entries[i]), Entries.of(nodes[i], Entries.key(entries[i])));
  }
}
