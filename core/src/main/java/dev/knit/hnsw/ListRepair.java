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
  private final NeighborSelector newSelector;
  private final int[] seenBy;
  private int lists;
  private int[] candidates = new int[256];
  private float[] keys = new float[256];
  private int count;

  /**
   * Of lists of {@code graph}.
   *
   * @param newVectors those of the nodes that stay, by new number
   * @param nodes new numbers of nodes, −1 for those that are gone
   */
  ListRepair(HnswGraph graph, VectorValues vectors, VectorValues newVectors, int[] nodes) {
    this.graph = graph;
    this.nodes = nodes;
    this.distances = vectors.distances();
    this.selector = new NeighborSelector(vectors, graph.slots(0));
    this.newSelector = new NeighborSelector(newVectors, graph.slots(0));
    this.seenBy = new int[graph.size()];
  }

  /** For lists of the new graph. */
  @Override
  public NeighborSelector selector() {
    return newSelector;
  }

  long distanceComputations() {
    return distances.computed()
        + selector.distanceComputations()
        + newSelector.distanceComputations();
  }

  /** Copies the list of {@code node} to that of {@code newNode} in another graph. */
  void copy(int level, int node, HnswGraph to, int newNode) {
    if (isWhole(level, node)) {
      copyWhole(level, node, to, newNode);
    } else {
      repair(level, node);
      to.replace(level, newNode, selector.nodes, selector.lengths, selector.count);
    }
  }

  /** Whether all neighbors of {@code node} stay. */
  boolean isWhole(int level, int node) {
    int offset = graph.offset(level, node);
    for (int slot = offset; slot < offset + graph.degree(level, node); slot++) {
      if (!stays(graph.lists(level)[slot])) {
        return false;
      }
    }
    return true;
  }

  private void copyWhole(int level, int node, HnswGraph to, int newNode) {
    int from = graph.offset(level, node);
    int at = to.offset(level, newNode);
    to.lengths(level)[at] = graph.lengths(level)[from]; // may be deferred
    for (int i = 0; i < graph.degree(level, node); i++) {
      int neighbor = nodes[graph.lists(level)[from + i]];
      to.append(level, newNode, i, neighbor, graph.lengths(level)[from + i]);
    }
  }

  private void repair(int level, int node) {
    int offset = graph.offset(level, node);
    int end = offset + graph.degree(level, node);
    seenBy[node] = ++lists;
    count = 0;
    selector.clear();
    addStaying(level, node, offset, end);
    addBehind(level, offset, end);
    addCandidates(node);
    selector.select(end - offset); // longer lists would cost every search that passes
    renumber();
  }

  private void addStaying(int level, int node, int from, int to) {
    Lengths.measure(graph, level, node, distances);
    for (int slot = from; slot < to; slot++) {
      int neighbor = graph.lists(level)[slot];
      if (stays(neighbor)) {
        seenBy[neighbor] = lists;
        selector.add(Entries.of(neighbor, graph.lengths(level)[slot]) | Entries.MARK);
      }
    }
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
