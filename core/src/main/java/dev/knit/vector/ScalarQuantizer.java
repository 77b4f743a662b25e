package dev.knit.vector;

/**
 * Finds one byte per component for a vector x, so that x̂ = lower + step · code is near it: the
 * interval of each vector is fitted to it alone, as in Lucene's optimized scalar quantization.
 *
 * <ol>
 *   <li>When all components are whole numbers that span at most 255, the step is 1 and nothing is
 *       lost.
 *   <li>Else the interval begins as that from the least to the greatest component.
 *   <li>In turns, components are rounded to the interval, and the interval is set where the loss λ
 *       ‖x − x̂‖² + (1 − λ) ⟨x, x − x̂⟩² / ‖x‖² is least for these codes, as long as that helps.
 *       The second term weighs errors along x, which move all distances from afar (Guo et al.,
 *       arXiv:1908.10396, §3).
 * </ol>
 *
 * <p>For one thread.
 */
final class ScalarQuantizer {
  private static final int MAX_CODE = 255;
  private static final int MAX_TURNS = 5;
  private static final double LAMBDA = 0.1;

  private final int dimension;
  private float[] x;

  /** The codes of the vector that was fitted last, from 0 to 255. */
  int[] codes;

  private int[] trial;
  double lower;
  double step;

  ScalarQuantizer(int dimension) {
    this.dimension = dimension;
    this.codes = new int[dimension];
    this.trial = new int[dimension];
  }

  /** Leaves the codes of the first {@code dimension} components in the fields. */
  void fit(float[] vector) {
    x = vector;
    double least = x[0];
    double greatest = x[0];
    boolean whole = true;
    for (int i = 0; i < dimension; i++) {
      least = Math.min(least, x[i]);
      greatest = Math.max(greatest, x[i]);
      whole &= x[i] == (int) x[i];
    }
    lower = least;
    whole &= greatest - least <= MAX_CODE;
    step = whole ? 1 : (greatest - least) / MAX_CODE;
    round(lower, step, codes);
    if (!whole) {
      refine();
    }
  }

  private void refine() {
    double loss = loss(lower, step, codes);
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      double[] interval = bestInterval();
      if (interval == null || !(interval[1] > 0)) {
        return;
      }
      round(interval[0], interval[1], trial);
      double next = loss(interval[0], interval[1], trial);
      if (!(next < loss)) {
        return;
      }
      loss = next;
      lower = interval[0];
      step = interval[1];
      int[] swap = codes;
      codes = trial;
      trial = swap;
    }
  }

  private void round(double from, double width, int[] out) {
    double scale = width == 0 ? 0 : 1 / width;
    for (int i = 0; i < dimension; i++) {
      int code = (int) Math.rint((x[i] - from) * scale);
      out[i] = Math.max(0, Math.min(MAX_CODE, code));
    }
  }

  private double loss(double from, double width, int[] of) {
    double squares = 0;
    double along = 0;
    double norm = 0;
    for (int i = 0; i < dimension; i++) {
      double error = x[i] - (from + width * of[i]);
      squares += error * error;
      along += error * x[i];
      norm += (double) x[i] * x[i];
    }
    return LAMBDA * squares + (1 - LAMBDA) * along * along / norm;
  }

  /**
   * Where the gradient of the loss by (lower, step) is zero: (λ G + (1 − λ) / ‖x‖² · v vᵀ)(lower,
   * step) = v with G the products of (1, code) and v those with x. Null when there is no one place.
   */
  private double[] bestInterval() {
    double sum = 0;
    double squares = 0;
    double v0 = 0;
    double v1 = 0;
    double norm = 0;
    for (int i = 0; i < dimension; i++) {
      sum += codes[i];
      squares += (double) codes[i] * codes[i];
      v0 += x[i];
      v1 += (double) x[i] * codes[i];
      norm += (double) x[i] * x[i];
    }
    double along = (1 - LAMBDA) / norm;
    double a = LAMBDA * dimension + along * v0 * v0;
    double b = LAMBDA * sum + along * v0 * v1;
    double c = LAMBDA * squares + along * v1 * v1;
    double determinant = a * c - b * b;
    return determinant > 1e-12 * a * c
        ? new double[] {(v0 * c - v1 * b) / determinant, (a * v1 - b * v0) / determinant}
        : null;
  }
}
