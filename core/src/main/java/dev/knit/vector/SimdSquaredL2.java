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

  @Override
  public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
    FloatVector s = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aOffset + i);
      s = add(s, x, FloatVector.fromArray(SPECIES, b, bOffset + i));
    }
    return SimdKernels.sum(s);
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aOffset + i);
      s0 = add(s0, x, FloatVector.fromArray(SPECIES, b0, offset0 + i));
      s1 = add(s1, x, FloatVector.fromArray(SPECIES, b1, offset1 + i));
      s2 = add(s2, x, FloatVector.fromArray(SPECIES, b2, offset2 + i));
      s3 = add(s3, x, FloatVector.fromArray(SPECIES, b3, offset3 + i));
    }
    out[outOffset] = SimdKernels.sum(s0);
    out[outOffset + 1] = SimdKernels.sum(s1);
    out[outOffset + 2] = SimdKernels.sum(s2);
    out[outOffset + 3] = SimdKernels.sum(s3);
  }

  private static FloatVector add(FloatVector sum, FloatVector x, FloatVector y) {
    FloatVector d = x.sub(y);
    return d.fma(d, sum);
  }
}
