package dev.knit.vector;

/** Dot products with codes in plain Java. */
final class ScalarCodes implements CodeKernel {
  static final CodeKernel INSTANCE = new ScalarCodes();

  @Override
  public float dot(float[] a, byte[] b, int bOffset, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = 0; i < length; i += 4) {
      s0 += a[i] * b[bOffset + i];
      s1 += a[i + 1] * b[bOffset + i + 1];
      s2 += a[i + 2] * b[bOffset + i + 2];
      s3 += a[i + 3] * b[bOffset + i + 3];
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public float dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[aOffset + i] * b[bOffset + i];
    }
    return sum;
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
}
