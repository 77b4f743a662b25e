package dev.knit.hnsw;

import java.util.BitSet;

/**
 * The nodes that a search may return. The others stay navigable. Immutable and safe for use by many
 * threads.
 */
public final class NodeFilter {
  private final long[] words;
  private final int count;

  private NodeFilter(long[] words, int count) {
    this.words = words;
    this.count = count;
  }

  /** Allows the nodes whose bits are set now. */
  public static NodeFilter of(BitSet nodes) {
    return new NodeFilter(nodes.toLongArray(), nodes.cardinality());
  }

  /** How many nodes are allowed. */
  public int count() {
    return count;
  }

  /** Whether {@code node} is allowed. */
  public boolean allows(int node) {
    int word = node >>> 6;
    return word < words.length && (words[word] & (1L << node)) != 0;
  }

  /** 1 when {@code node} is allowed, else 0, without a branch that is hard to predict. */
  int bit(int node) {
    int word = node >>> 6;
    return word < words.length ? (int) (words[word] >>> node) & 1 : 0;
  }

  /** The first allowed node that is not less than {@code from}; −1 if there is none. */
  public int next(int from) {
    int word = from >>> 6;
    if (word >= words.length) {
      return -1;
    }
    long rest = words[word] & (-1L << from);
    while (rest == 0) {
      if (++word == words.length) {
        return -1;
      }
      rest = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }
}
