package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/** One thread's part of {@link NodeRemoval}: copies lists without the nodes that are gone. */
final class ListRepair implements ReverseEdges.Linker {
  private final HnswGraph graph;
  private final int[] nodes;
  private final Distances distances;
  private final NeighborSelector selector;
  private final int[] seenBy;
  private int lists;
  private int[] candidates = new int[256];
  private float[] keys = new float[256];
  private int count;

  /**
   * Of lists of {@code graph}.
   *
   * @param nodes new numbers of nodes, −1 for those that are gone
   */
  ListRepair(HnswGraph graph, VectorValues vectors, int[] nodes) {
    this.graph = graph;
    this.nodes = nodes;
    this.distances = vectors.distances();
    this.selector = new NeighborSelector(vectors, graph.slots(0));
    this.seenBy = new int[graph.size()];
  }

  @Override
  public NeighborSelector selector() {
    return selector;
  }

  long distanceComputations() {
    return distances.computed() + selector.distanceComputations();
  }

  /** Copies the list of {@code node} to that of {@code newNode} in another graph. */
  void copy(int level, int node, HnswGraph to, int newNode) {
    int offset = graph.offset(level, node);
    int degree = graph.degree(level, node);
    seenBy[node] = ++lists;
    count = 0;
    selector.clear();
    boolean whole = true;
    for (int slot = offset; slot < offset + degree; slot++) {
      int neighbor = graph.lists(level)[slot];
      if (stays(neighbor)) {
        seenBy[neighbor] = lists;
        selector.add(Entries.of(neighbor, graph.lengths(level)[slot]) | Entries.MARK);
      } else {
        whole = false;
      }
    }
    if (!whole) {
      addBehind(level, offset, offset + degree);
      addCandidates(node);
    }
    selector.select(graph.slots(level));
    renumber();
    to.replace(level, newNode, selector.nodes, selector.lengths, selector.count);
  }

  /** Collects the neighbors of those in the list that are gone. */
  private void addBehind(int level, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      int gone = graph.lists(level)[slot];
      if (gone < nodes.length && nodes[gone] < 0) {
        int offset = graph.offset(level, gone);
        for (int i = offset; i < offset + graph.degree(level, gone); i++) {
          addCandidate(graph.lists(level)[i]);
        }
      }
    }
  }

  private void addCandidate(int node) {
    if (!stays(node) || seenBy[node] == lists) {
      return;
    }
    seenBy[node] = lists;
    if (count == candidates.length) {
      candidates = Arrays.copyOf(candidates, 2 * count);
      keys = new float[2 * count];
    }
    candidates[count++] = node;
  }

  private void addCandidates(int node) {
    distances.fromNode(node);
    distances.to(candidates, 0, count, keys);
    for (int i = 0; i < count; i++) {
      selector.add(Entries.of(candidates[i], keys[i]));
    }
  }

  /** Nodes behind the graph's are of an insertion that failed. */
  private boolean stays(int node) {
    return node < nodes.length && nodes[node] >= 0;
  }

  private void renumber() {
    for (int i = 0; i < selector.count; i++) {
      selector.nodes[i] = nodes[selector.nodes[i]];
    }
  }
}
