package dev.knit.vector;

/**
 * Dot products with codes, signed bytes. {@link #four} measures one vector against four at once, as
 * {@link DistanceKernel} does.
 *
 * <p>Stateless and thread-safe. {@code length} is a multiple of {@link VectorKernels#SUMS}.
 */
interface CodeKernel {
  /** Σ a[i] · b[bOffset + i]. */
  float dot(float[] a, byte[] b, int bOffset, int length);

  /** Σ a[aOffset + i] · b[bOffset + i]. */
  float dot(byte[] a, int aOffset, byte[] b, int bOffset, int length);

  /** Writes four products to {@code out[outOffset] … out[outOffset + 3]}. */
  void four(
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
      int outOffset);
}
