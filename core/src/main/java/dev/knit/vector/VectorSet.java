package dev.knit.vector;

import java.util.Arrays;

/** Nodes by vector: an open-addressed hash table that grows. For one thread. */
final class VectorSet {
  private int[] table;
  private int count;

  VectorSet(int capacity) {
    this.table = empty(Integer.highestOneBit(Math.max(2, capacity)) << 2);
  }

  /**
   * Adds a node of {@code vectors} and returns it, or returns the node already there with an equal
   * vector. All nodes must be of the same vectors, of which there may be more each time.
   */
  int add(VectorValues vectors, int node) {
    if (count >= table.length / 2) {
      grow(vectors);
    }
    int slot = slot(vectors, node);
    if (table[slot] < 0) {
      table[slot] = node;
      count++;
    }
    return table[slot];
  }

  /** Where an equal vector is or, if there is none, goes. */
  private int slot(VectorValues vectors, int node) {
    int slot = (int) vectors.hash(node) & (table.length - 1);
    while (table[slot] >= 0 && !vectors.same(table[slot], node)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private void grow(VectorValues vectors) {
    int[] smaller = table;
    table = empty(Math.multiplyExact(2, smaller.length));
    for (int node : smaller) {
      if (node >= 0) {
        table[slot(vectors, node)] = node;
      }
    }
  }

  private static int[] empty(int slots) {
    int[] table = new int[slots];
    Arrays.fill(table, -1);
    return table;
  }
}
