package dev.knit.vector;

/** Plain Java: four sums at a time, which the JIT keeps in registers. */
final class ScalarKernels implements VectorKernels {

  @Override
  public int lanes() {
    return 4;
  }

  @Override
  public DistanceKernel squaredL2() {
    return SquaredL2.INSTANCE;
  }

  @Override
  public DistanceKernel negatedDot() {
    return NegatedDot.INSTANCE;
  }

  @Override
  public DistanceKernel l1() {
    return L1.INSTANCE;
  }

  @Override
  public CodeKernel codes() {
    return ScalarCodes.INSTANCE;
  }

  /** Measures four vectors one after another. */
  private abstract static class Kernel implements DistanceKernel {
    @Override
    public final void four(
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
      out[outOffset] = one(a, aOffset, b0, offset0, length);
      out[outOffset + 1] = one(a, aOffset, b1, offset1, length);
      out[outOffset + 2] = one(a, aOffset, b2, offset2, length);
      out[outOffset + 3] = one(a, aOffset, b3, offset3, length);
    }
  }

  private static final class SquaredL2 extends Kernel {
    static final DistanceKernel INSTANCE = new SquaredL2();

    @Override
    public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = 0; i < length; i += 4) {
        float d0 = a[aOffset + i] - b[bOffset + i];
        float d1 = a[aOffset + i + 1] - b[bOffset + i + 1];
        float d2 = a[aOffset + i + 2] - b[bOffset + i + 2];
        float d3 = a[aOffset + i + 3] - b[bOffset + i + 3];
        s0 += d0 * d0;
        s1 += d1 * d1;
        s2 += d2 * d2;
        s3 += d3 * d3;
      }
      return (s0 + s1) + (s2 + s3);
    }
  }

  private static final class NegatedDot extends Kernel {
    static final DistanceKernel INSTANCE = new NegatedDot();

    @Override
    public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = 0; i < length; i += 4) {
        s0 += a[aOffset + i] * b[bOffset + i];
        s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
        s2 += a[aOffset + i + 2] * b[bOffset + i + 2];
        s3 += a[aOffset + i + 3] * b[bOffset + i + 3];
      }
      return -((s0 + s1) + (s2 + s3));
    }
  }

  private static final class L1 extends Kernel {
    static final DistanceKernel INSTANCE = new L1();

    @Override
    public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = 0; i < length; i += 4) {
        s0 += Math.abs(a[aOffset + i] - b[bOffset + i]);
        s1 += Math.abs(a[aOffset + i + 1] - b[bOffset + i + 1]);
        s2 += Math.abs(a[aOffset + i + 2] - b[bOffset + i + 2]);
        s3 += Math.abs(a[aOffset + i + 3] - b[bOffset + i + 3]);
      }
      return (s0 + s1) + (s2 + s3);
    }
  }
}
