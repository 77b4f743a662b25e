package dev.knit.vector;

/** Plain Java: four sums at a time, which the JIT keeps in registers. */
final class ScalarKernels implements VectorKernels {

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
    /** The sums of the components at the offsets, and at every fourth from there, as one. */
    abstract float column(float[] a, int aOffset, float[] b, int bOffset, int aEnd);

    @Override
    public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
      int end = aOffset + length;
      float c0 = column(a, aOffset, b, bOffset, end);
      float c1 = column(a, aOffset + 1, b, bOffset + 1, end);
      float c2 = column(a, aOffset + 2, b, bOffset + 2, end);
      float c3 = column(a, aOffset + 3, b, bOffset + 3, end);
      return (c0 + c2) + (c1 + c3);
    }

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
    float column(float[] a, int aOffset, float[] b, int bOffset, int aEnd) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = aOffset, j = bOffset; i < aEnd; i += SUMS, j += SUMS) {
        float d0 = a[i] - b[j];
        float d1 = a[i + 4] - b[j + 4];
        float d2 = a[i + 8] - b[j + 8];
        float d3 = a[i + 12] - b[j + 12];
        s0 = Math.fma(d0, d0, s0);
        s1 = Math.fma(d1, d1, s1);
        s2 = Math.fma(d2, d2, s2);
        s3 = Math.fma(d3, d3, s3);
      }
      return (s0 + s2) + (s1 + s3);
    }
  }

  private static final class NegatedDot extends Kernel {
    static final DistanceKernel INSTANCE = new NegatedDot();

    @Override
    public float one(float[] a, int aOffset, float[] b, int bOffset, int length) {
      return -super.one(a, aOffset, b, bOffset, length);
    }

    @Override
    float column(float[] a, int aOffset, float[] b, int bOffset, int aEnd) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = aOffset, j = bOffset; i < aEnd; i += SUMS, j += SUMS) {
        s0 = Math.fma(a[i], b[j], s0);
        s1 = Math.fma(a[i + 4], b[j + 4], s1);
        s2 = Math.fma(a[i + 8], b[j + 8], s2);
        s3 = Math.fma(a[i + 12], b[j + 12], s3);
      }
      return (s0 + s2) + (s1 + s3);
    }
  }

  private static final class L1 extends Kernel {
    static final DistanceKernel INSTANCE = new L1();

    @Override
    float column(float[] a, int aOffset, float[] b, int bOffset, int aEnd) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = aOffset, j = bOffset; i < aEnd; i += SUMS, j += SUMS) {
        s0 += Math.abs(a[i] - b[j]);
        s1 += Math.abs(a[i + 4] - b[j + 4]);
        s2 += Math.abs(a[i + 8] - b[j + 8]);
        s3 += Math.abs(a[i + 12] - b[j + 12]);
      }
      return (s0 + s2) + (s1 + s3);
    }
  }
}
