package dev.knit.vector;

import static dev.knit.vector.VectorKernels.SUMS;

/** Dot products with codes in plain Java, added up as {@link VectorKernels} says. */
final class ScalarCodes implements CodeKernel {
  static final CodeKernel INSTANCE = new ScalarCodes();

  @Override
  public float dot(float[] a, byte[] b, int bOffset, int length) {
    float c0 = column(a, 0, b, bOffset, length);
    float c1 = column(a, 1, b, bOffset + 1, length);
    float c2 = column(a, 2, b, bOffset + 2, length);
    float c3 = column(a, 3, b, bOffset + 3, length);
    return (c0 + c2) + (c1 + c3);
  }

  @Override
  public float dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    int end = aOffset + length;
    float c0 = column(a, aOffset, b, bOffset, end);
    float c1 = column(a, aOffset + 1, b, bOffset + 1, end);
    float c2 = column(a, aOffset + 2, b, bOffset + 2, end);
    float c3 = column(a, aOffset + 3, b, bOffset + 3, end);
    return (c0 + c2) + (c1 + c3);
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
    out[outOffset] = dot(a, b0, offset0, length);
    out[outOffset + 1] = dot(a, b1, offset1, length);
    out[outOffset + 2] = dot(a, b2, offset2, length);
    out[outOffset + 3] = dot(a, b3, offset3, length);
  }

  private static float column(float[] a, int aOffset, byte[] b, int bOffset, int aEnd) {
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

  private static float column(byte[] a, int aOffset, byte[] b, int bOffset, int aEnd) {
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
