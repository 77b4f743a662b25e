package dev.knit.vector;

/**
 * One distance between stretches of float arrays. {@link #four} measures one vector against four at
 * once: the loads of the four overlap, which hides much of the latency of memory.
 *
 * <p>Stateless and thread-safe. {@code length} is a multiple of {@link VectorKernels#SUMS}; the
 * stretches are padded with zeros, which change none of the distances.
 */
interface DistanceKernel {
  float one(float[] a, int aOffset, float[] b, int bOffset, int length);

  /** Writes four keys to {@code out[outOffset] … out[outOffset + 3]}. */
  void four(
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
      int outOffset);
}
