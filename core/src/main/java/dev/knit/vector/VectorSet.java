package dev.knit.vector;

import java.util.Arrays;

/**
 * Finds nodes with exactly equal vectors: an open-addressed hash table over the nodes seen so far.
 * For one thread.
 */
public final class VectorSet {
  private final VectorValues vectors;
  private final int[] table;

  /** An empty set over {@code vectors}. */
  public VectorSet(VectorValues vectors) {
    this.vectors = vectors;
    this.table = new int[Integer.highestOneBit(Math.max(2, vectors.size())) << 2];
    Arrays.fill(table, -1);
  }

  /**
   * Maps each of the first {@code size()} nodes to the lowest node with the same vector, or returns
   * null when all vectors differ.
   */
  public static int[] firstEqual(VectorValues vectors) {
    VectorSet set = new VectorSet(vectors);
    int[] first = new int[vectors.size()];
    boolean distinct = true;
    for (int node = 0; node < first.length; node++) {
      first[node] = set.add(node);
      distinct &= first[node] == node;
    }
    return distinct ? null : first;
  }

  /** Adds {@code node} and returns it, or returns the node already present with its vector. */
  public int add(int node) {
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
