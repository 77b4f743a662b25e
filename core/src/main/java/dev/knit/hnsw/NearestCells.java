package dev.knit.hnsw;

import dev.knit.vector.VectorValues;

/**
 * The cells nearest to each of some points and their keys, {@code width} for each point.
 *
 * @param distanceComputations what finding them took
 */
record NearestCells(
    int width, int[] cells, float[] keys, int cellCount, long distanceComputations) {
  private static final int TASK_NODES = 1024;

  /** Of all {@code vectors}. */
  static NearestCells of(Cells cells, VectorValues vectors, int threads) {
    VectorValues exact = vectors.exact();
    CellSpace space = CellSpace.of(vectors);
    int width = Math.min(Cells.NEAREST, cells.count());
    int[] nearest = new int[Math.multiplyExact(exact.size(), width)];
    float[] keys = new float[nearest.length];
    long computed = 0;
    try (Workers<Cells.Locator> workers = new Workers<>(threads, () -> cells.new Locator())) {
      workers.run(
          (exact.size() + TASK_NODES - 1) / TASK_NODES,
          (locator, task) -> {
            float[] point = new float[space.dimension()];
            int from = task * TASK_NODES;
            for (int node = from; node < Math.min(exact.size(), from + TASK_NODES); node++) {
              space.read(exact, node, point);
              locator.nearest(point, nearest, keys, node * width);
            }
          });
      for (Cells.Locator locator : workers.all()) {
        computed += locator.distanceComputations();
      }
    }
    return new NearestCells(width, nearest, keys, cells.count(), computed);
  }

  int points() {
    return cells.length / width;
  }

  /** The cell of each point under these weights. */
  int[] assign(float[] weights) {
    int[] assigned = new int[points()];
    for (int point = 0; point < assigned.length; point++) {
      assigned[point] = cells[place(point, weights)];
    }
    return assigned;
  }

  /** Where in the arrays the own cell of a point is. */
  int place(int point, float[] weights) {
    int best = point * width;
    float least = keys[best] + weights[cells[best]];
    for (int i = best + 1; i < (point + 1) * width; i++) {
      float key = keys[i] + weights[cells[i]];
      if (key < least || (key == least && cells[i] < cells[best])) {
        best = i;
        least = key;
      }
    }
    return best;
  }

  /** How many points are in each cell. */
  int[] loads(int[] assigned) {
    int[] loads = new int[cellCount];
    for (int cell : assigned) {
      loads[cell]++;
    }
    return loads;
  }
}
