package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * One thread's walks over stretches of one subgraph that search in another. A node starts from the
 * hits of its nearest neighbor that the walk has passed; only a node without one jumps, that is,
 * starts from the other subgraph's entry point.
 */
final class CrossWalk implements ReverseEdges.Linker {
  private final HnswGraph graph;
  private final Distances distances;
  private final LayerSearch search;
  private final NeighborSelector selector;
  private int[] carried = new int[0];
  private BuildSketches.Lists sketched; // null where edges are not sketched
  private long jumps;

  CrossWalk(HnswGraph graph, VectorValues vectors) {
    this.graph = graph;
    this.distances = vectors.distances();
    this.search = new LayerSearch(graph, distances);
    this.selector = new NeighborSelector(vectors, graph.slots(0));
  }

  @Override
  public NeighborSelector selector() {
    return selector;
  }

  /** Walks that {@link MergeParams#sketched} says it of search level 0 by these from now on. */
  void sketched(BuildSketches sketches) {
    sketched = sketches.new Lists();
  }

  /** Writes deferred lengths of the list of {@code node} on level 0. */
  void measure(int node) {
    Lengths.measure(graph, 0, node, distances);
  }

  /** Distances computed while searching. */
  long searchDistances() {
    return distances.computed();
  }

  long jumps() {
    return jumps;
  }

  /**
   * Searches in a subgraph from each of the places {@code from … to − 1} and adds what it finds to
   * {@code pools}.
   *
   * @param params how
   * @param entryPoint of the subgraph that is searched
   * @param known hits of that subgraph per place that need not be searched for
   */
  void walk(
      MergeParams params,
      LevelOrder order,
      int level,
      int from,
      int to,
      int entryPoint,
      KnownHits known,
      HitPools pools) {
    int width = params.seeds() + 1; // count, then nodes
    if (carried.length < (to - from) * width) {
      carried = new int[(to - from) * width];
    }
    for (int place = from; place < to; place++) {
      int node = order.nodes[place];
      distances.fromNode(node);
      search.sketched(sketched == null || !params.sketched() ? null : sketched.from(node));
      search.start(Math.max(params.hits(), params.jumpEf()));
      boolean seeded = known.enter(place, entryPoint, search);
      if (!seeded) {
        seeded = enterCarried(order, level, from, place, width);
      }
      if (seeded) {
        search.run(level, params.localEf());
      } else {
        jumps++;
        search.descend(entryPoint, graph.level(entryPoint), level);
        search.run(level, params.jumpEf());
      }
      keep(params, place, (place - from) * width, pools);
    }
  }

  private boolean enterCarried(LevelOrder order, int level, int from, int place, int width) {
    int offset = graph.offset(level, order.nodes[place]);
    int[] lists = graph.lists(level);
    for (int slot = offset; slot < offset + graph.slots(level) && lists[slot] >= 0; slot++) {
      int passed = order.places[lists[slot]];
      if (passed >= from && passed < place) {
        int at = (passed - from) * width;
        for (int i = at + 1; i <= at + carried[at]; i++) {
          search.enter(carried[i]);
        }
        return true;
      }
    }
    return false;
  }

  private void keep(MergeParams params, int place, int at, HitPools pools) {
    Beam beam = search.beam;
    carried[at] = Math.min(params.seeds(), beam.size());
    for (int rank = 0; rank < carried[at]; rank++) {
      carried[at + 1 + rank] = beam.node(rank);
    }
    for (int rank = 0; rank < Math.min(params.hits(), beam.size()); rank++) {
      pools.add(place, beam.entry(rank));
    }
  }

  /** Hits that are known before a walk. */
  interface KnownHits {
    /** Enters the known hits of {@code place} in the subgraph of {@code entryPoint}, if any. */
    boolean enter(int place, int entryPoint, LayerSearch search);

    KnownHits NONE = (place, entryPoint, search) -> false;
  }
}
