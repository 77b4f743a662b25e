package dev.knit.vector;

/** Estimates keys by the sketches of a block, see {@link SketchWriter}. */
interface SketchKernel {
  /** Bits of a component of a query; the last is the sign, of weight −8. */
  int PLANES = 4;

  /** Edges that are estimated at a time; the stride of a block is a multiple. */
  int LANES = 16;

  /**
   * Appends the ends of those edges to {@code ends} whose estimate is at most {@code limit}: known
   * − factor · (scale · s + shift), with s the sum of those components whose bit is set. Returns
   * how many ends there are then; there must be room for {@code stride} more.
   *
   * @param planes bit p of 32 components, from 32 · j, at {@code j · PLANES + p}
   */
  int near(
      int[] block,
      int offset,
      int stride,
      int[] planes,
      float scale,
      float shift,
      float limit,
      int[] ends,
      int count);

  /**
   * Writes the signs of {@code to − from}, 32 a word, a set bit where it is not negative, to {@code
   * block[at]}, {@code block[at + stride]} and so on. All components are at most {@link
   * Projections#LARGEST}.
   *
   * @return the sum of |to − from| in the upper half, that of ±from by those signs in the lower
   */
  long sketch(
      short[] from,
      int fromOffset,
      short[] to,
      int toOffset,
      int bits,
      int[] block,
      int at,
      int stride);

  /** The kernel of this JVM. */
  static SketchKernel best() {
    return SimdSketches.isSupported() ? new SimdSketches() : new ScalarSketches();
  }

  /** What {@link #sketch} returns. */
  static long sums(int sum, int along) {
    return (long) sum << Integer.SIZE | along & 0xFFFFFFFFL;
  }

  /** The factor of packed factors. */
  static float factor(int packed) {
    return Float.intBitsToFloat(packed & 0xFFFF0000);
  }

  /** The known term of packed factors. */
  static float known(int packed) {
    return Float.intBitsToFloat(packed << 16);
  }

  /** Both as the upper halves of their floats, rounded. */
  static int pack(float factor, float known) {
    return rounded(factor) & 0xFFFF0000 | rounded(known) >>> 16;
  }

  private static int rounded(float value) {
    return Float.floatToRawIntBits(value) + 0x8000;
  }
}
