package dev.knit.hnsw;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The lists of a cell's nodes on level 0, with neighbors numbered over the whole graph.
 *
 * @param lists 2m slots a node; unused ones hold −1
 * @param lengths distances (keys) beside them
 */
public record CellLists(int[] lists, float[] lengths) implements Serializable {

  /** The lists of a subgraph whose nodes begin at {@code base} in the whole graph. */
  static CellLists of(HnswGraph subgraph, int base) {
    int[] lists = subgraph.lists(0).clone();
    for (int slot = 0; slot < lists.length; slot++) {
      lists[slot] = lists[slot] < 0 ? lists[slot] : lists[slot] + base;
    }
    return new CellLists(lists, subgraph.lengths(0).clone());
  }

  /** The neighbors that are not among the {@code own} nodes from {@code base} on, rising. */
  public int[] foreign(int base, int own) {
    return Arrays.stream(lists)
        .filter(node -> node != HnswGraph.NONE && !PartNodes.isOwn(node, base, own))
        .sorted()
        .distinct()
        .toArray();
  }

  /**
   * The edges from these nodes, of which there are {@code own} from {@code base} on, to those of a
   * cell that begins at {@code from} and ends before {@code to}: as hits of nodes of this cell in
   * that one.
   */
  public CellHits edges(int slots, int from, int to) {
    CandidateEdges edges = new CandidateEdges();
    for (int slot = 0; slot < lists.length; slot++) {
      if (lists[slot] >= from && lists[slot] < to) {
        edges.add(slot / slots, Entries.of(lists[slot], lengths[slot]));
      }
    }
    return CellHits.of(edges, 0, lists.length / slots, from);
  }
}
