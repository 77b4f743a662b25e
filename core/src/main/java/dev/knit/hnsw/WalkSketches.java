package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.Projections;
import dev.knit.vector.SketchSpace;
import dev.knit.vector.SketchWriter;
import dev.knit.vector.VectorValues;
import java.util.BitSet;

/**
 * The lists of level 0 of a graph that does not change, less the neighbors that sketches tell to be
 * too far from a node. The edges of a list are sketched when a search first comes by, so that few
 * searches cost little. For one thread.
 */
final class WalkSketches extends SketchedLists {
  /** With fewer searches, and so lists that are passed more than once, sketches do not pay. */
  private static final int LEAST_SEARCHES = 256;

  private final HnswGraph graph;
  private final VectorValues exact;
  private final EdgeSketches edges;
  private final Projections projections;
  private final SketchWriter writer;
  private final BitSet projected = new BitSet();
  private final BitSet sketched = new BitSet();

  private WalkSketches(HnswGraph graph, VectorValues vectors, EdgeSketches edges) {
    super(graph, edges);
    this.graph = graph;
    this.exact = vectors.exact();
    this.edges = edges;
    projections = new Projections(edges.space, graph.size());
    writer = new SketchWriter(projections, graph.slots(0));
  }

  /**
   * For about so many searches in {@code graph}, which has its lengths; null where it is cheaper to
   * measure all neighbors.
   */
  static WalkSketches of(HnswGraph graph, VectorValues vectors, int searches) {
    if (!pay(vectors, searches)) {
      return null;
    }
    SketchSpace space = SketchSpace.betweenNodes(vectors);
    return new WalkSketches(graph, vectors, new EdgeSketches(graph, graph.size(), space, false));
  }

  /** Whether they save more than they cost in so many searches. */
  static boolean pay(VectorValues vectors, int searches) {
    return vectors.metric() != Metric.L1
        && vectors.dimension() >= BuildSketches.LEAST_DIMENSION
        && searches >= LEAST_SEARCHES;
  }

  /** The lists less what is far from {@code node}. */
  SketchedLists from(int node) {
    project(node);
    start(projections, node);
    return this;
  }

  @Override
  void touch(int node) {
    if (!sketched.get(node)) {
      sketched.set(node);
      sketch(node);
    }
    super.touch(node);
  }

  private void sketch(int node) {
    project(node);
    int offset = graph.offset(0, node);
    int degree = graph.degree(0, node);
    writer.clear(edges.chunk(node), edges.offset(node));
    for (int i = 0; i < degree; i++) {
      int end = graph.lists(0)[offset + i];
      project(end);
      edges.edge(node, end, graph.lengths(0)[offset + i], writer, i);
    }
  }

  private void project(int node) {
    if (!projected.get(node)) {
      projected.set(node);
      projections.set(exact, node, node + 1);
    }
  }
}
