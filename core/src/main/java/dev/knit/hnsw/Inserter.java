package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * One thread's part of {@link HnswBuilder}: finds and selects the neighbors of a new node in a
 * graph that nobody changes meanwhile (Algorithm 1, lines 1–11).
 */
final class Inserter implements ReverseEdges.Linker {
  private final HnswParams params;
  private HnswGraph graph;
  private Distances distances;
  private LayerSearch search;
  private NeighborSelector selector;
  private BuildSketches.Lists sketched; // null where edges are not sketched

  Inserter(HnswGraph graph, VectorValues vectors, HnswParams params) {
    this.params = params;
    attach(graph, vectors);
  }

  /** Goes on with a later view of the same graph. */
  void attach(HnswGraph newGraph, VectorValues vectors) {
    graph = newGraph;
    distances = vectors.distances();
    search = new LayerSearch(graph, distances, search);
    selector = new NeighborSelector(vectors, graph.slots(0));
  }

  /** Searches by sketches from now on, and keeps them; null for no more sketches. */
  void sketched(BuildSketches sketches) {
    sketched = sketches == null ? null : sketches.new Lists();
  }

  @Override
  public void linked(int level, int target) {
    if (level == 0 && sketched != null) {
      sketched.update(target);
    }
  }

  @Override
  public void finish() {
    if (sketched != null) {
      sketched.write();
    }
  }

  @Override
  public NeighborSelector selector() {
    return selector;
  }

  long distanceComputations() {
    return distances.computed() + selector.distanceComputations();
  }

  /** Inserts a node on all its levels. */
  void insert(int node) {
    int top = Math.min(graph.level(node), graph.maxLevel());
    start(node);
    search.descend(graph.entryPoint(), graph.maxLevel(), top);
    for (int level = top; level >= 0; level--) {
      select(level, node);
      search.beam.reopen();
    }
    finish();
  }

  /** The node of level 1 where the way down ends for a node of level 0, and its key: an entry. */
  long home(int node) {
    distances.fromNode(node);
    search.start(1);
    search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    return search.beam.entry(0);
  }

  /**
   * Inserts the nodes {@code nodes[from … to − 1]} of level 0, which lie near each other, one after
   * another: each sees those before it.
   *
   * @param homes beside the nodes, what {@link #home} found
   */
  void insert(int[] nodes, long[] homes, int from, int to) {
    for (int i = from; i < to; i++) {
      start(nodes[i]);
      search.enter(Entries.node(homes[i]), Entries.key(homes[i]));
      search.enter(nodes, from, i);
      select(0, nodes[i]);
      finish();
    }
  }

  private void start(int node) {
    distances.fromNode(node);
    search.sketched(sketched == null ? null : sketched.from(node));
    search.start(params.efConstruction());
  }

  /** Gives the node the neighbors on a level that a search from what was found before selects. */
  private void select(int level, int node) {
    search.run(level, params.efConstruction());
    selector.clear();
    for (int rank = 0; rank < search.beam.size(); rank++) {
      selector.add(search.beam.entry(rank));
    }
    selector.select(params.m());
    graph.replace(level, node, selector.nodes, selector.lengths, selector.count);
    linked(level, node);
  }
}
