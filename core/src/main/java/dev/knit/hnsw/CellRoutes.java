package dev.knit.hnsw;

import java.util.Arrays;

/**
 * For each node the other cells whose borders are nearest to it, nearest first, and how far it is
 * from those borders.
 *
 * @param cells {@value #MOST} per node; −1 behind the last
 * @param margins beside them
 * @param distanceComputations what it took
 */
record CellRoutes(int[] cells, float[] margins, long distanceComputations) {
  static final int MOST = 8;

  /** The routes of {@code nodes}, points of {@code nearest}, of which each is in its own cell. */
  static CellRoutes of(Cells cells, NearestCells nearest, int[] nodes) {
    int[] routes = new int[nodes.length * MOST];
    float[] margins = new float[routes.length];
    Arrays.fill(routes, HnswGraph.NONE);
    Cells.Locator locator = cells.new Locator();
    long[] borders = new long[nearest.width()];
    for (int node = 0; node < nodes.length; node++) {
      int count = borders(locator, nearest, nodes[node], cells.weights(), borders);
      for (int i = 0; i < Math.min(MOST, count); i++) {
        routes[node * MOST + i] = Entries.node(borders[i]);
        margins[node * MOST + i] = Entries.key(borders[i]);
      }
    }
    return new CellRoutes(routes, margins, locator.distanceComputations());
  }

  private static int borders(
      Cells.Locator locator, NearestCells nearest, int point, float[] weights, long[] borders) {
    int own = nearest.place(point, weights);
    int count = 0;
    for (int i = point * nearest.width(); i < (point + 1) * nearest.width(); i++) {
      if (i != own) {
        float margin =
            locator.margin(
                nearest.cells()[own], nearest.keys()[own], nearest.cells()[i], nearest.keys()[i]);
        borders[count++] = Entries.of(nearest.cells()[i], margin);
      }
    }
    Arrays.sort(borders, 0, count);
    return count;
  }
}
