package dev.knit.vector;

import java.util.SplittableRandom;

/**
 * A random rotation that is cheap to apply: rounds of random signs and a Walsh–Hadamard transform.
 * Where the dimension is no power of two, the transform takes in turns the first and the last
 * components, and both halves are mixed in between. Immutable and safe for use by many threads.
 */
final class Rotation {
  private static final int ROUNDS = 4;
  private static final int EIGHT = 8;
  private static final float ROOT_HALF = (float) Math.sqrt(0.5);

  private final int dimension;
  private final int span; // the largest power of two that fits
  private final float[][] signs;

  /** The rotation of that seed. */
  Rotation(int dimension, long seed) {
    this.dimension = dimension;
    span = Integer.highestOneBit(dimension);
    signs = new float[span == dimension ? ROUNDS - 1 : ROUNDS][dimension];
    SplittableRandom random = new SplittableRandom(seed);
    float scale = (float) (1 / Math.sqrt(span));
    for (int round = 0; round < signs.length; round++) {
      int from = from(round);
      for (int i = 0; i < dimension; i++) {
        boolean transformed = i >= from && i < from + span;
        signs[round][i] = (random.nextBoolean() ? 1 : -1) * (transformed ? scale : 1);
      }
    }
  }

  /** Rotates the first {@code dimension} components of {@code vector} in place. */
  void apply(float[] vector) {
    for (int round = 0; round < signs.length; round++) {
      float[] sign = signs[round];
      for (int i = 0; i < dimension; i++) {
        vector[i] *= sign[i];
      }
      transform(vector, from(round));
      if (span < dimension) {
        mix(vector);
      }
    }
  }

  private int from(int round) {
    return round % 2 == 0 ? 0 : dimension - span;
  }

  private void transform(float[] vector, int from) {
    int half = 1;
    if (span >= EIGHT) {
      for (int i = from; i < from + span; i += EIGHT) {
        eight(vector, i);
      }
      half = EIGHT;
    }
    for (; half < span; half *= 2) {
      for (int start = from; start < from + span; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          float a = vector[i];
          float b = vector[i + half];
          vector[i] = a + b;
          vector[i + half] = a - b;
        }
      }
    }
  }

  /** The first three stages, in registers. */
  private static void eight(float[] v, int i) {
    float a0 = v[i] + v[i + 1];
    float a1 = v[i] - v[i + 1];
    float a2 = v[i + 2] + v[i + 3];
    float a3 = v[i + 2] - v[i + 3];
    float a4 = v[i + 4] + v[i + 5];
    float a5 = v[i + 4] - v[i + 5];
    float a6 = v[i + 6] + v[i + 7];
    float a7 = v[i + 6] - v[i + 7];
    float b0 = a0 + a2;
    float b1 = a1 + a3;
    float b2 = a0 - a2;
    float b3 = a1 - a3;
    float b4 = a4 + a6;
    float b5 = a5 + a7;
    float b6 = a4 - a6;
    float b7 = a5 - a7;
    v[i] = b0 + b4;
    v[i + 1] = b1 + b5;
    v[i + 2] = b2 + b6;
    v[i + 3] = b3 + b7;
    v[i + 4] = b0 - b4;
    v[i + 5] = b1 - b5;
    v[i + 6] = b2 - b6;
    v[i + 7] = b3 - b7;
  }

  private void mix(float[] vector) {
    int half = dimension / 2;
    for (int i = 0; i < half; i++) {
      float a = vector[i];
      float b = vector[i + half];
      vector[i] = (a + b) * ROOT_HALF;
      vector[i + half] = (a - b) * ROOT_HALF;
    }
  }
}
