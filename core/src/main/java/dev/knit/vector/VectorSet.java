package dev.knit.vector;

import java.util.Arrays;

/** Nodes by vector: an open-addressed hash table. For one thread. */
final class VectorSet {
  private final VectorValues vectors;
  private final int[] table;

  VectorSet(VectorValues vectors) {
    this.vectors = vectors;
    this.table = new int[Integer.highestOneBit(Math.max(2, vectors.size())) << 2];
    Arrays.fill(table, -1);
  }

  /** Adds {@code node} and returns it, or returns the node already there with an equal vector. */
  int add(int node) {
    int slot = (int) vectors.hash(node) & (table.length - 1);
    while (table[slot] >= 0) {
      if (vectors.same(table[slot], node)) {
        return table[slot];
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = node;
    return node;
  }
}
