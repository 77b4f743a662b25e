package dev.knit.hnsw;

import java.util.Arrays;

/**
 * The lists of consecutive nodes of a graph, with neighbors numbered over the whole graph.
 *
 * @param m of the graph
 * @param levels the highest level of each node
 * @param level0 2m slots a node
 * @param upper by node, then by level from 1, m slots each
 */
public record GraphSlice(int m, byte[] levels, int[] level0, int[] upper) {
  /** Checks that the arrays are as long as they should be. */
  public GraphSlice {
    long upperSlots = (long) HnswGraph.upperLists(levels) * m;
    if (level0.length != 2L * m * levels.length || upper.length != upperSlots) {
      throw new IllegalArgumentException(
          "%d nodes with m %d have %d and %d slots, not %d and %d."
              .formatted(
                  levels.length,
                  m,
                  2L * m * levels.length,
                  upperSlots,
                  level0.length,
                  upper.length));
    }
  }

  /**
   * The finished part of a cell: nodes of levels ≥ 1 get some long edges, and lists are put in
   * order.
   */
  public static GraphSlice of(int m, byte[] levels, CellLists lists, CellUppers.Slice upper) {
    HnswGraph graph = new HnswGraph(m, new byte[levels.length]);
    System.arraycopy(lists.lists(), 0, graph.lists(0), 0, lists.lists().length);
    System.arraycopy(lists.lengths(), 0, graph.lengths(0), 0, lists.lengths().length);
    for (int i = 0; i < upper.nodes().length; i++) {
      UpperLevels.addLong(
          graph, upper.nodes()[i], upper.longEdges(), upper.longLengths(), i * graph.slots(0));
    }
    try (Workers<Object> workers = new Workers<>(1, Object::new)) {
      ListOrder.sort(graph, workers);
    }
    return new GraphSlice(m, levels, graph.lists(0), upper.upper());
  }

  /** The whole graph of consecutive slices. */
  static HnswGraph join(int m, GraphSlice[] slices, int entryPoint) {
    int nodes = Arrays.stream(slices).mapToInt(slice -> slice.levels.length).sum();
    int upperSlots = Arrays.stream(slices).mapToInt(slice -> slice.upper.length).sum();
    byte[] levels = new byte[nodes];
    int[] level0 = new int[2 * m * nodes];
    int[] upper = new int[upperSlots];
    int node = 0;
    int slot = 0;
    for (GraphSlice slice : slices) {
      System.arraycopy(slice.levels, 0, levels, node, slice.levels.length);
      System.arraycopy(slice.level0, 0, level0, 2 * m * node, slice.level0.length);
      System.arraycopy(slice.upper, 0, upper, slot, slice.upper.length);
      node += slice.levels.length;
      slot += slice.upper.length;
    }
    return HnswGraph.of(m, levels, entryPoint, level0, upper, null);
  }
}
