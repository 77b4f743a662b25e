package dev.knit.spark.cli.view;

import java.util.SplittableRandom;

/**
 * The two directions in which some vectors vary most (principal components), by power iteration
 * with deflation: Golub and Van Loan, Matrix Computations, §8.2. Where vectors do not vary in a
 * second direction, or at all, coordinates are 0.
 */
final class Projection {
  private static final int ROUNDS = 60;

  /** Vectors that it is fitted to, evenly chosen: more change the picture little. */
  private static final int MOST = 1000;

  private final double[] mean;
  private final double[][] axes = new double[2][];
  private final double[] shares = new double[2];

  private Projection(float[][] vectors) {
    int dimension = vectors.length == 0 ? 0 : vectors[0].length;
    double[][] centered = new double[Math.min(vectors.length, MOST)][dimension];
    mean = new double[dimension];
    for (int i = 0; i < centered.length; i++) {
      float[] vector = vectors[(int) ((long) i * vectors.length / centered.length)];
      for (int d = 0; d < dimension; d++) {
        centered[i][d] = vector[d];
        mean[d] += vector[d] / (double) centered.length;
      }
    }
    for (double[] vector : centered) {
      add(vector, mean, -1);
    }
    fit(centered);
  }

  /** Fitted to these vectors. */
  static Projection of(float[][] vectors) {
    return new Projection(vectors);
  }

  /** The share of all variance that lies along each axis, from 0 to 1. */
  double[] shares() {
    return shares.clone();
  }

  /** The coordinate of a vector on axis 0 or 1, in the unit of the vectors. */
  double on(int axis, float[] vector) {
    double sum = 0;
    for (int d = 0; d < mean.length; d++) {
      sum += (vector[d] - mean[d]) * axes[axis][d];
    }
    return sum;
  }

  private void fit(double[][] vectors) {
    double total = 0;
    for (double[] vector : vectors) {
      total += dot(vector, vector);
    }
    for (int axis = 0; axis < 2; axis++) {
      double variance = fit(vectors, axis);
      shares[axis] = total == 0 ? 0 : variance / total;
    }
  }

  private double fit(double[][] vectors, int axis) {
    SplittableRandom random = new SplittableRandom(axis);
    double[] direction = random.doubles(mean.length, -1, 1).toArray();
    double variance = 0;
    axes[axis] = new double[mean.length];
    for (int round = 0; round < ROUNDS; round++) {
      if (axis == 1) {
        add(direction, axes[0], -dot(direction, axes[0]));
      }
      double length = Math.sqrt(dot(direction, direction));
      if (length < 1e-12) {
        return 0;
      }
      axes[axis] = new double[mean.length];
      add(axes[axis], direction, 1 / length);
      direction = new double[mean.length];
      for (double[] vector : vectors) {
        add(direction, vector, dot(vector, axes[axis]));
      }
      variance = dot(direction, axes[axis]);
    }
    return variance;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static void add(double[] to, double[] vector, double times) {
    for (int d = 0; d < to.length; d++) {
      to[d] += times * vector[d];
    }
  }
}
