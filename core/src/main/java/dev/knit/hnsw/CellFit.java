package dev.knit.hnsw;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Balanced k-means: finds {@link Cells} for vectors from a sample of them.
 *
 * <p>Steps: a sample is drawn, whose first points become the centroids, so that where there are
 * many vectors there are many cells; a few rounds of Lloyd's algorithm move them, each point
 * assigned under weights that even the cells out ({@link CellBalance}).
 *
 * @param distanceComputations what it took
 */
record CellFit(Cells cells, long distanceComputations) {
  private static final int ROUNDS = 3;
  private static final int LEAST_SAMPLE = 4096;
  private static final int SAMPLE_PER_CELL = 64;

  /** How full a cell may be, as a multiple of the mean. */
  static final double MOST = 1.2;

  /** At most {@code count} cells for at least one vector, of which no two are equal. */
  static CellFit of(VectorValues vectors, int count, long seed, int threads) {
    CellSpace space = CellSpace.of(vectors);
    int size = Math.max(LEAST_SAMPLE, Math.multiplyExact(SAMPLE_PER_CELL, count));
    FlatVectors sample = sample(vectors.exact(), space, Math.min(size, vectors.size()), seed);
    int[] first = new int[Math.min(count, sample.size())];
    Arrays.setAll(first, i -> i);
    Cells cells = new Cells(sample.select(first), new float[first.length]);
    long computed = 0;
    for (int round = 0; ; round++) {
      NearestCells nearest = NearestCells.of(cells, sample, threads);
      computed += nearest.distanceComputations();
      cells = cells.weights(CellBalance.weights(nearest, MOST));
      if (round == ROUNDS) {
        return new CellFit(cells, computed);
      }
      cells = moved(cells, sample, nearest.assign(cells.weights()));
    }
  }

  private static FlatVectors sample(VectorValues exact, CellSpace space, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] nodes = new int[exact.size()];
    Arrays.setAll(nodes, i -> i);
    FlatVectors.Builder sample = FlatVectors.builder(space.measure(), space.dimension(), size);
    float[] point = new float[space.dimension()];
    for (int i = 0; i < size; i++) {
      int other = i + random.nextInt(nodes.length - i);
      int node = nodes[other];
      nodes[other] = nodes[i];
      space.read(exact, node, point);
      sample.add(point);
    }
    return sample.build();
  }

  /**
   * The cells with each centroid in the middle of its points; that of an empty cell becomes a point
   * of the fullest, which it thus divides.
   */
  private static Cells moved(Cells cells, FlatVectors sample, int[] assigned) {
    double[][] sums = new double[cells.count()][sample.dimension()];
    int[] loads = new int[cells.count()];
    float[] point = new float[sample.dimension()];
    for (int i = 0; i < assigned.length; i++) {
      sample.copy(i, point);
      loads[assigned[i]]++;
      for (int d = 0; d < point.length; d++) {
        sums[assigned[i]][d] += point[d];
      }
    }
    float[][] centroids = new float[cells.count()][];
    for (int cell = 0; cell < centroids.length; cell++) {
      if (loads[cell] > 0) {
        centroids[cell] = mean(sums[cell], loads[cell]);
      }
    }
    int[] free = loads.clone();
    for (int cell = 0; cell < centroids.length; cell++) {
      if (loads[cell] == 0) {
        int full = fullest(free);
        centroids[cell] = sample.vector(place(assigned, full, loads[full] / free[full]));
        free[full] /= 2;
      }
    }
    return new Cells(FlatVectors.of(sample.metric(), centroids), cells.weights());
  }

  private static int fullest(int[] loads) {
    int fullest = 0;
    for (int cell = 1; cell < loads.length; cell++) {
      fullest = loads[cell] > loads[fullest] ? cell : fullest;
    }
    return fullest;
  }

  /** The point of a cell after {@code skipped} others. */
  private static int place(int[] assigned, int cell, int skipped) {
    int left = skipped;
    for (int point = 0; ; point++) {
      if (assigned[point] == cell && left-- == 0) {
        return point;
      }
    }
  }

  private static float[] mean(double[] sum, int count) {
    float[] mean = new float[sum.length];
    for (int d = 0; d < mean.length; d++) {
      mean[d] = (float) (sum[d] / count);
    }
    return mean;
  }
}
