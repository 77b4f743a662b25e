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

  void insert(int node) {
    int top = Math.min(graph.level(node), graph.maxLevel());
    distances.fromNode(node);
    search.sketched(sketched == null ? null : sketched.from(node));
    search.start(params.efConstruction());
    search.descend(graph.entryPoint(), graph.maxLevel(), top);
    for (int level = top; level >= 0; level--) {
      search.run(level, params.efConstruction());
      selector.clear();
      for (int rank = 0; rank < search.beam.size(); rank++) {
        selector.add(search.beam.entry(rank));
      }
      selector.select(params.m());
      graph.replace(level, node, selector.nodes, selector.lengths, selector.count);
      linked(level, node);
      search.beam.reopen();
    }
    finish();
  }
}
