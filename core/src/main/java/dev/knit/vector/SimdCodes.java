package dev.knit.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Dot products with codes by the Vector API: bytes are widened to floats in registers. */
final class SimdCodes implements CodeKernel {
  static final CodeKernel INSTANCE = new SimdCodes();
  private static final VectorSpecies<Float> FLOATS = SimdKernels.SPECIES;

  /** As many bytes as there are lanes of floats. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

  /** Whether there is a vector of as few bytes as there are lanes of floats. */
  static boolean isSupported() {
    return BYTES.length() == FLOATS.length();
  }

  @Override
  public float dot(float[] a, byte[] b, int bOffset, int length) {
    FloatVector s = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += FLOATS.length()) {
      s = FloatVector.fromArray(FLOATS, a, i).fma(floats(b, bOffset + i), s);
    }
    return SimdKernels.sum(s);
  }

  @Override
  public float dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    FloatVector s = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += FLOATS.length()) {
      s = floats(a, aOffset + i).fma(floats(b, bOffset + i), s);
    }
    return SimdKernels.sum(s);
  }

  @Override
  public void four(
      float[] a,
      byte[] b0,
      int offset0,
      byte[] b1,
      int offset1,
      byte[] b2,
      int offset2,
      byte[] b3,
      int offset3,
      int length,
      float[] out,
      int outOffset) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += FLOATS.length()) {
      FloatVector x = FloatVector.fromArray(FLOATS, a, i);
      s0 = x.fma(floats(b0, offset0 + i), s0);
      s1 = x.fma(floats(b1, offset1 + i), s1);
      s2 = x.fma(floats(b2, offset2 + i), s2);
      s3 = x.fma(floats(b3, offset3 + i), s3);
    }
    out[outOffset] = SimdKernels.sum(s0);
    out[outOffset + 1] = SimdKernels.sum(s1);
    out[outOffset + 2] = SimdKernels.sum(s2);
    out[outOffset + 3] = SimdKernels.sum(s3);
  }

  private static FloatVector floats(byte[] codes, int offset) {
    ByteVector bytes = ByteVector.fromArray(BYTES, codes, offset);
    return (FloatVector) bytes.convertShape(VectorOperators.B2F, FLOATS, 0);
  }
}
