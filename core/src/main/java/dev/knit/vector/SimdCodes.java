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
  private static final boolean TWO = SimdKernels.TWO;
  private static final int ROUND = SimdKernels.ROUND;

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
    FloatVector t = s;
    for (int i = 0; i < length; i += ROUND) {
      s = add(s, load(a, i), b, bOffset + i);
      if (TWO) {
        int j = i + FLOATS.length();
        t = add(t, load(a, j), b, bOffset + j);
      }
    }
    return LaneSums.of(both(s, t));
  }

  @Override
  public float dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    FloatVector s = FloatVector.zero(FLOATS);
    FloatVector t = s;
    for (int i = 0; i < length; i += ROUND) {
      s = add(s, floats(a, aOffset + i), b, bOffset + i);
      if (TWO) {
        int j = i + FLOATS.length();
        t = add(t, floats(a, aOffset + j), b, bOffset + j);
      }
    }
    return LaneSums.of(both(s, t));
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
    FloatVector zero = FloatVector.zero(FLOATS);
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
        int j = i + FLOATS.length();
        FloatVector x = load(a, i);
        FloatVector y = load(a, j);
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
        FloatVector x = load(a, i);
        s0 = add(s0, x, b0, offset0 + i);
        s1 = add(s1, x, b1, offset1 + i);
        s2 = add(s2, x, b2, offset2 + i);
        s3 = add(s3, x, b3, offset3 + i);
      }
      LaneSums.of(s0, s1, s2, s3, out, outOffset);
    }
  }

  private static FloatVector add(FloatVector sum, FloatVector x, byte[] codes, int offset) {
    return x.fma(floats(codes, offset), sum);
  }

  private static FloatVector both(FloatVector s, FloatVector t) {
    return TWO ? s.add(t) : s;
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset);
  }

  private static FloatVector floats(byte[] codes, int offset) {
    ByteVector bytes = ByteVector.fromArray(BYTES, codes, offset);
    return (FloatVector) bytes.convertShape(VectorOperators.B2F, FLOATS, 0);
  }
}
