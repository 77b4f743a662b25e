package dev.knit.hnsw;

import java.util.Arrays;

/**
 * Weights for {@link Cells} under which no cell has much more points than the mean, from distances
 * that are known already.
 *
 * <p>Each round assigns all points and moves every weight by its step times the logarithm of the
 * cell's load over the mean. A step grows while the load stays on its side of the mean and shrinks
 * when it crosses. The best weights of all rounds are kept.
 */
final class CellBalance {
  private static final int ROUNDS = 100;
  private static final double LEAST_LOAD =
      0.05; // of the mean, so that empty cells have a logarithm

  private final NearestCells points;
  private final float[] weights;
  private final double[] steps;
  private final double[] before;

  private CellBalance(NearestCells points) {
    this.points = points;
    this.weights = new float[points.cellCount()];
    this.steps = new double[weights.length];
    this.before = new double[weights.length];
    firstSteps();
  }

  /** Weights under which no cell has more than {@code most} × the mean, or as near as was found. */
  static float[] weights(NearestCells points, double most) {
    return new CellBalance(points).run(most);
  }

  /** The load of the fullest cell over the mean. */
  static double fullest(int[] loads, int points) {
    return Arrays.stream(loads).max().orElseThrow() * (double) loads.length / points;
  }

  private float[] run(double most) {
    float[] best = weights.clone();
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > most; round++) {
      int[] loads = points.loads(points.assign(weights));
      double fullest = fullest(loads, points.points());
      if (fullest < least) {
        least = fullest;
        best = weights.clone();
      }
      move(loads);
    }
    return best;
  }

  private void move(int[] loads) {
    double mean = (double) points.points() / loads.length;
    for (int cell = 0; cell < loads.length; cell++) {
      double load = StrictMath.log(Math.max(LEAST_LOAD, loads[cell] / mean));
      steps[cell] *= load * before[cell] < 0 ? 0.6 : 1.1;
      before[cell] = load;
      weights[cell] += (float) (steps[cell] * load);
    }
  }

  /** Half of what the second nearest cell is behind the nearest, on average over a cell. */
  private void firstSteps() {
    int[] loads = new int[steps.length];
    for (int i = 0; i < points.cells().length && points.width() > 1; i += points.width()) {
      int cell = points.cells()[i];
      loads[cell]++;
      steps[cell] += (points.keys()[i + 1] - points.keys()[i] - steps[cell]) / loads[cell];
    }
    double mean = Arrays.stream(steps).average().orElse(0);
    Arrays.setAll(steps, cell -> (loads[cell] == 0 ? mean : steps[cell]) / 2);
  }
}
