package dev.knit.hnsw;

import java.util.BitSet;

/**
 * The nodes that a search may return. The others stay navigable. Safe for use by many threads as
 * long as nobody changes {@code nodes}.
 *
 * @param count how many nodes are allowed
 */
public record NodeFilter(BitSet nodes, int count) {
  /** Allows the nodes whose bits are set. */
  public static NodeFilter of(BitSet nodes) {
    return new NodeFilter(nodes, nodes.cardinality());
  }
}
