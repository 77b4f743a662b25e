package dev.knit.hnsw;

/**
 * Hits turned round: for each place, the places that hit it, in order of place and thus subgraph
 * after subgraph, with the distances that are known from the hit.
 */
final class TransposedHits implements CrossWalk.KnownHits {
  private final LevelOrder order;
  private final int[] starts;
  private final long[] entries;

  TransposedHits(LevelOrder order, HitPools pools) {
    this.order = order;
    starts = new int[order.nodes.length + 2];
    for (int place = 0; place < order.nodes.length; place++) {
      for (int rank = 0; rank < pools.count(place); rank++) {
        starts[order.places[Entries.node(pools.hit(place, rank))] + 2]++;
      }
    }
    for (int i = 2; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    entries = new long[starts[starts.length - 1]];
    for (int place = 0; place < order.nodes.length; place++) {
      for (int rank = 0; rank < pools.count(place); rank++) {
        long hit = pools.hit(place, rank);
        int target = order.places[Entries.node(hit)];
        entries[starts[target + 1]++] = Entries.of(order.nodes[place], Entries.key(hit));
      }
    }
  }

  @Override
  public boolean enter(int place, int entryPoint, LayerSearch search) {
    int subgraph = order.subgraphOf(order.places[entryPoint]);
    boolean any = false;
    for (int i = starts[place]; i < starts[place + 1]; i++) {
      int from = order.places[Entries.node(entries[i])];
      if (from >= order.starts[subgraph] && from < order.starts[subgraph + 1]) {
        search.enter(Entries.node(entries[i]), Entries.key(entries[i]));
        any = true;
      }
    }
    return any;
  }

  /** Adds to the pool of {@code place} what hit it from subgraphs that its own looks into. */
  void addTo(HitPools pools, int place, MergePlan plan) {
    int subgraph = order.subgraphOf(place);
    for (int i = starts[place]; i < starts[place + 1]; i++) {
      if (plan.walks(subgraph, order.subgraphOf(order.places[Entries.node(entries[i])]))) {
        pools.add(place, entries[i]);
      }
    }
  }
}
