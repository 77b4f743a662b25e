package dev.knit.spark.cli.view;

import dev.knit.hnsw.HnswGraph;
import dev.knit.table.GraphPart;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The parts that a graph was built in, each of which is a file of its own, and the links between
 * them on level 0.
 *
 * @param nodes of each cell
 * @param leaving of each cell, the share of its links that lead to other cells
 * @param shown the largest cells, at most 48, in order
 * @param links from each of these to each of these
 */
record Cells(int[] nodes, float[] leaving, int[] shown, long[][] links) {
  private static final int MOST_SHOWN = 48;

  static Cells of(HnswGraph graph, List<GraphPart> parts) {
    int[] nodes = parts.stream().mapToInt(GraphPart::nodes).toArray();
    int[] shown =
        IntStream.range(0, nodes.length)
            .boxed()
            .sorted(Comparator.comparingInt(cell -> -nodes[cell]))
            .limit(MOST_SHOWN)
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    Cells cells =
        new Cells(nodes, new float[nodes.length], shown, new long[shown.length][shown.length]);
    cells.count(graph, of(parts, graph.size()));
    return cells;
  }

  /** The cell of each node. */
  static int[] of(List<GraphPart> parts, int nodes) {
    int[] cells = new int[nodes];
    for (int cell = 0; cell < parts.size(); cell++) {
      int first = parts.get(cell).firstNode();
      Arrays.fill(cells, first, first + parts.get(cell).nodes(), cell);
    }
    return cells;
  }

  private void count(HnswGraph graph, int[] cellOf) {
    int[] place = new int[nodes.length];
    Arrays.fill(place, -1);
    IntStream.range(0, shown.length).forEach(i -> place[shown[i]] = i);
    long[] all = new long[nodes.length];
    long[] out = new long[nodes.length];
    int[] lists = graph.lists(0);
    for (int slot = 0; slot < lists.length; slot++) {
      if (lists[slot] >= 0) {
        int from = cellOf[slot / (2 * graph.m())];
        int to = cellOf[lists[slot]];
        all[from]++;
        out[from] += from == to ? 0 : 1;
        if (place[from] >= 0 && place[to] >= 0) {
          links[place[from]][place[to]]++;
        }
      }
    }
    for (int cell = 0; cell < all.length; cell++) {
      leaving[cell] = all[cell] == 0 ? 0 : Digits.few((double) out[cell] / all[cell]);
    }
  }
}
