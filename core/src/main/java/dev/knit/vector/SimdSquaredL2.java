package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Squared Euclidean distance by the Vector API. The loops of the three kernels differ only in their
 * one line of arithmetic.
 */
final class SimdSquaredL2 implements DistanceKernel {
  static final DistanceKernel INSTANCE = new SimdSquaredL2();
  private static final VectorSpecies<Float> SPECIES = SimdKernels.SPECIES;
  private static final boolean TWO = SimdKernels.TWO;
  private static final int ROUND = SimdKernels.ROUND;

  @Override
  public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
    FloatVector s = FloatVector.zero(SPECIES);
    FloatVector t = s;
    for (int i = 0; i < length; i += ROUND) {
      s = add(s, load(a, aOffset + i), b, bOffset + i);
      if (TWO) {
        int j = i + SPECIES.length();
        t = add(t, load(a, aOffset + j), b, bOffset + j);
      }
    }
    return LaneSums.of(both(s, t));
  }

  @Override
  public void four(
      float[] a,
      int aOffset,
      float[] b0,
      int offset0,
      float[] b1,
      int offset1,
      float[] b2,
      int offset2,
      float[] b3,
      int offset3,
      int length,
      float[] out,
      int outOffset) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector s0 = zero;
    FloatVector s1 = zero;
    FloatVector s2 = zero;
    FloatVector s3 = zero;
    if (TWO) {
      FloatVector t0 = zero;
      FloatVector t1 = zero;
      FloatVector t2 = zero;
      FloatVector t3 = zero;
      for (int i = 0; i < length; i += ROUND) {
        int j = i + SPECIES.length();
        FloatVector x = load(a, aOffset + i);
        FloatVector y = load(a, aOffset + j);
        s0 = add(s0, x, b0, offset0 + i);
        s1 = add(s1, x, b1, offset1 + i);
        s2 = add(s2, x, b2, offset2 + i);
        s3 = add(s3, x, b3, offset3 + i);
        t0 = add(t0, y, b0, offset0 + j);
        t1 = add(t1, y, b1, offset1 + j);
        t2 = add(t2, y, b2, offset2 + j);
        t3 = add(t3, y, b3, offset3 + j);
      }
      LaneSums.of(s0.add(t0), s1.add(t1), s2.add(t2), s3.add(t3), out, outOffset);
    } else {
      for (int i = 0; i < length; i += ROUND) {
        FloatVector x = load(a, aOffset + i);
        s0 = add(s0, x, b0, offset0 + i);
        s1 = add(s1, x, b1, offset1 + i);
        s2 = add(s2, x, b2, offset2 + i);
        s3 = add(s3, x, b3, offset3 + i);
      }
      LaneSums.of(s0, s1, s2, s3, out, outOffset);
    }
  }

  private static FloatVector add(FloatVector sum, FloatVector x, float[] b, int offset) {
    FloatVector difference = x.sub(load(b, offset));
    return difference.fma(difference, sum);
  }

  private static FloatVector both(FloatVector s, FloatVector t) {
    return TWO ? s.add(t) : s;
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(SPECIES, values, offset);
  }
}
