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

  /** Those of the nodes {@code from … to − 1} alone. */
  CellRoutes of(int from, int to) {
    return new CellRoutes(
        Arrays.copyOfRange(cells, from * MOST, to * MOST),
        Arrays.copyOfRange(margins, from * MOST, to * MOST),
        0);
  }

  /** The routes of {@code nodes}, points of {@code nearest}, of which each is in its own cell. */
  static CellRoutes of(Cells cells, NearestCells nearest, int[] nodes) {
    int[] routes = new int[nodes.length * MOST];
    float[] margins = new float[routes.length];
    Arrays.fill(routes, HnswGraph.NONE);
    Cells.Locator locator = cells.new Locator();
    long[] borders = new long[nearest.width()];
    for (int node = 0; node < nodes.length; node++) {
      int count = borders(locator, nearest, nodes[node], cells.weights(), borders);
      write(borders, Math.min(MOST, count), routes, margins, node * MOST);
    }
    return new CellRoutes(routes, margins, locator.distanceComputations());
  }

  /** The same of one point, whose nearest cells were found by {@code locator}. */
  static CellRoutes of(Cells cells, Cells.Locator locator, NearestCells point) {
    int[] routes = new int[MOST];
    float[] margins = new float[MOST];
    Arrays.fill(routes, HnswGraph.NONE);
    long[] borders = new long[point.width()];
    int count = borders(locator, point, 0, cells.weights(), borders);
    write(borders, Math.min(MOST, count), routes, margins, 0);
    return new CellRoutes(routes, margins, 0);
  }

  private static void write(long[] borders, int count, int[] routes, float[] margins, int at) {
    for (int i = 0; i < count; i++) {
      routes[at + i] = Entries.node(borders[i]);
      margins[at + i] = Entries.key(borders[i]);
    }
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
