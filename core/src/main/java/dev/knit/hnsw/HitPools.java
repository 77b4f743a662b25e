package dev.knit.hnsw;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * The nearest hits in other subgraphs for each place of an order, as entries of {@link Entries},
 * nearest first; at most a fixed number for each. Threads may write different places at once.
 */
final class HitPools {
  private static final int FIRST = 12;
  private final IntUnaryOperator capacities;
  private final long[][] pools;
  private final int[] counts;

  HitPools(int places, int capacity) {
    this(places, place -> capacity);
  }

  /** Pools of different capacities, by place. */
  HitPools(int places, IntUnaryOperator capacities) {
    this.capacities = capacities;
    this.pools = new long[places][];
    this.counts = new int[places];
  }

  int count(int place) {
    return counts[place];
  }

  long hit(int place, int rank) {
    return pools[place][rank];
  }

  /** Adds a hit unless it is there already or enough nearer ones are. */
  void add(int place, long entry) {
    int capacity = capacities.applyAsInt(place);
    if (pools[place] == null) {
      pools[place] = new long[Math.min(FIRST, capacity)];
    }
    int at = Arrays.binarySearch(pools[place], 0, counts[place], entry);
    if (at >= 0 || -at - 1 == capacity) {
      return;
    }
    if (counts[place] == pools[place].length && counts[place] < capacity) {
      pools[place] = Arrays.copyOf(pools[place], Math.min(2 * counts[place], capacity));
    }
    long[] pool = pools[place];
    at = -at - 1;
    counts[place] = Math.min(capacity, counts[place] + 1);
    System.arraycopy(pool, at, pool, at + 1, counts[place] - at - 1);
    pool[at] = entry;
  }

  /**
   * Selects the neighbors of {@code node} among those it has, which are taken as diverse among each
   * other, and the hits of {@code place}.
   */
  void select(int place, HnswGraph graph, int level, int node, NeighborSelector selector) {
    if (counts[place] == 0) {
      return;
    }
    selector.clear();
    selector.addList(graph, level, node, Entries.MARK);
    for (int rank = 0; rank < counts[place]; rank++) {
      selector.add(pools[place][rank]);
    }
    selector.select(graph.slots(level));
    graph.replace(level, node, selector.nodes, selector.lengths, selector.count);
  }
}
