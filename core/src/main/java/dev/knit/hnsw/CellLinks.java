package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Finishes a cell's part of a graph: edges that other cells have to it get their way back, and all
 * of its nodes are made reachable from its root by edges within the cell, and with them the roots
 * of other cells that depend on it. So that every node can be reached, no matter what selection
 * drops, without any step that sees the whole graph. The result does not depend on the order in
 * which edges are added. For one thread.
 */
public final class CellLinks {
  private final int m;
  private final int base;
  private final CellLists lists;
  private final int own;
  private final CandidateEdges edges = new CandidateEdges(); // from the whole graph to own nodes
  private int[] dependents = new int[0];
  private long distanceComputations;

  /**
   * The part of a cell.
   *
   * @param m of the graph
   * @param base the number of the cell's first node in the whole graph
   */
  public CellLinks(int m, int base, CellLists lists) {
    this.m = m;
    this.base = base;
    this.lists = lists;
    this.own = lists.lists().length / (2 * m);
  }

  /** Adds edges of a cell that begins at {@code otherBase} to nodes of this one. */
  public void add(CellHits others, int otherBase) {
    for (int i = 0; i < others.size(); i++) {
      edges.add(otherBase + others.nodes()[i], Entries.of(others.hits()[i], others.keys()[i]));
    }
  }

  /** Names roots of other cells that are to be reached from this one. */
  public void dependents(int[] roots) {
    dependents = roots.clone();
    Arrays.sort(dependents);
  }

  /** The nodes of other cells whose vectors are needed, rising. */
  public int[] foreign() {
    IntStream sources = IntStream.range(0, edges.size()).map(edges::node);
    IntStream known =
        IntStream.concat(Arrays.stream(lists.foreign(base, own)), Arrays.stream(dependents));
    return IntStream.concat(known, sources).sorted().distinct().toArray();
  }

  /**
   * Links; to be called once.
   *
   * @param vectors those of the cell's nodes, then of {@code foreign}
   * @param foreign what {@link #foreign} told
   * @param root the cell's node from which all others are to be reached
   */
  public CellLists link(VectorValues vectors, int[] foreign, int root) {
    PartNodes nodes = new PartNodes(base, own, foreign);
    HnswGraph graph = nodes.graph(m, lists);
    graph.entryPoint(root);
    try (Workers<Selecting> workers =
        new Workers<>(1, () -> new Selecting(new NeighborSelector(vectors, graph.slots(0))))) {
      linkBack(nodes, graph, workers);
      distanceComputations += workers.all().get(0).selector().distanceComputations();
    }
    Connectivity connectivity = new Connectivity(graph, vectors, own);
    connectivity.repair();
    for (int dependent : dependents) {
      connectivity.reach(0, nodes.local(dependent));
    }
    distanceComputations += connectivity.distanceComputations();
    return nodes.lists(graph);
  }

  /** What {@link #link} took. */
  public long distanceComputations() {
    return distanceComputations;
  }

  /** Each edge from another cell stands in that node's list until the way back is there. */
  private void linkBack(PartNodes nodes, HnswGraph graph, Workers<Selecting> workers) {
    ReverseEdges reverse = new ReverseEdges(graph, 0);
    for (int i = 0; i < edges.size(); i++) {
      int source = nodes.local(edges.node(i));
      int degree = graph.degree(0, source);
      long entry = edges.entry(i);
      graph.append(0, source, degree, Entries.node(entry), Entries.key(entry));
    }
    for (int source = own; source < nodes.size(); source++) {
      reverse.addFrom(source, target -> true);
    }
    reverse.link(workers);
    int from = own * graph.slots(0);
    Arrays.fill(graph.lists(0), from, graph.lists(0).length, HnswGraph.NONE);
  }

  private record Selecting(NeighborSelector selector) implements ReverseEdges.Linker {}
}
