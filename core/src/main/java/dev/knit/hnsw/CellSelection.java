package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * Selects the neighbors of a cell's nodes among those they have and what they hit in other cells: a
 * step of merging cells that needs the vectors of one cell and of the nodes that it hit. The result
 * does not depend on the order in which hits are added. For one thread.
 */
public final class CellSelection {
  private final CellParams params;
  private final HnswGraph subgraph;
  private final int base;
  private final HitPools pools; // hits by their numbers in the whole graph
  private long searchDistances;
  private long selectionDistances;

  /**
   * A selection for the nodes of {@code subgraph}, which has its lengths.
   *
   * @param params of the graph that all cells are to become, of which there are {@code cells}
   * @param base the number of the subgraph's first node in that graph
   */
  public CellSelection(HnswParams params, int cells, HnswGraph subgraph, int base) {
    this.params = CellParams.of(params, cells);
    this.subgraph = subgraph;
    this.base = base;
    this.pools = new HitPools(subgraph.size(), this.params.candidates());
  }

  /** Adds hits in the cell whose nodes begin at {@code otherBase} in the whole graph. */
  public void add(CellHits hits, int otherBase) {
    for (int i = 0; i < hits.size(); i++) {
      pools.add(hits.nodes()[i], Entries.of(otherBase + hits.hits()[i], hits.keys()[i]));
    }
  }

  /** The nodes of other cells whose vectors are needed, rising. */
  public int[] foreign() {
    int[] nodes = new int[1024];
    int count = 0;
    for (int node = 0; node < subgraph.size(); node++) {
      for (int rank = 0; rank < pools.count(node); rank++) {
        if (count == nodes.length) {
          nodes = Arrays.copyOf(nodes, 2 * count);
        }
        nodes[count++] = Entries.node(pools.hit(node, rank));
      }
    }
    return Arrays.stream(nodes, 0, count).sorted().distinct().toArray();
  }

  /**
   * Looks around each node in its own cell, then selects; to be called once.
   *
   * @param foreign what {@link #foreign} told
   * @param vectors those of the cell's nodes, then of {@code foreign}
   */
  public CellLists select(VectorValues vectors, int[] foreign) {
    refine(vectors);
    PartNodes nodes = new PartNodes(base, subgraph.size(), foreign);
    HnswGraph graph = nodes.graph(subgraph.m(), CellLists.of(subgraph, base));
    NeighborSelector selector = new NeighborSelector(vectors, graph.slots(0));
    for (int node = 0; node < nodes.own(); node++) {
      if (pools.count(node) > 0) {
        select(node, nodes, graph, selector);
      }
    }
    selectionDistances += selector.distanceComputations();
    return nodes.lists(graph);
  }

  /** Distances that looking around nodes in their own cell took. */
  public long searchDistances() {
    return searchDistances;
  }

  /** Distances that selecting neighbors took. */
  public long selectionDistances() {
    return selectionDistances;
  }

  private void refine(VectorValues vectors) {
    CellWalk walk = new CellWalk(subgraph, vectors, params, subgraph.size());
    CandidateEdges found = new CandidateEdges();
    walk.refine(0, subgraph.size(), found);
    for (int i = 0; i < found.size(); i++) {
      long entry = found.entry(i);
      pools.add(found.node(i), Entries.of(base + Entries.node(entry), Entries.key(entry)));
    }
    searchDistances += walk.searchDistances();
  }

  private void select(int node, PartNodes nodes, HnswGraph graph, NeighborSelector selector) {
    selector.clear();
    selector.addList(graph, 0, node, Entries.MARK);
    for (int rank = 0; rank < pools.count(node); rank++) {
      long hit = pools.hit(node, rank);
      selector.add(Entries.of(nodes.local(Entries.node(hit)), Entries.key(hit)));
    }
    selector.select(graph.slots(0));
    graph.replace(0, node, selector.nodes, selector.lengths, selector.count);
  }
}
