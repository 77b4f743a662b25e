package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Sums over the lanes of vectors: the upper half is added to the lower until one is left. {@code
 * reduceLanes} may add in any order, and does so in another one before and after it is compiled, so
 * that a graph would depend on when that was; lanes taken out one by one cost more than measuring.
 */
final class LaneSums {
  private static final int LANES = SimdKernels.SPECIES.length();
  private static final VectorShuffle<Float> HALF = swap(LANES / 2);
  private static final VectorShuffle<Float> QUARTER = swap(LANES / 4);
  private static final VectorShuffle<Float> EIGHTH = swap(LANES / 8);
  private static final VectorShuffle<Float> SIXTEENTH = swap(LANES / 16);
  private static final VectorMask<Float> UPPER_HALF = upper(LANES / 2);
  private static final VectorMask<Float> UPPER_QUARTERS = upper(LANES / 4);

  private LaneSums() {}

  /** The sum of one vector. */
  static float of(FloatVector v) {
    return rest(fold(fold(v, HALF), QUARTER)).lane(0);
  }

  /** Writes the sums of four vectors to {@code out[offset] … out[offset + 3]}. */
  static void of(
      FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3, float[] out, int offset) {
    FloatVector halves01 = fold(v0, HALF).blend(fold(v1, HALF), UPPER_HALF);
    FloatVector halves23 = fold(v2, HALF).blend(fold(v3, HALF), UPPER_HALF);
    FloatVector sums = rest(fold(halves01, QUARTER).blend(fold(halves23, QUARTER), UPPER_QUARTERS));
    out[offset] = sums.lane(0);
    out[offset + 1] = sums.lane(LANES / 2);
    out[offset + 2] = sums.lane(LANES / 4);
    out[offset + 3] = sums.lane(LANES / 2 + LANES / 4);
  }

  /** Sums of quarters. */
  private static FloatVector rest(FloatVector v) {
    FloatVector sums = LANES >= 8 ? fold(v, EIGHTH) : v;
    return LANES >= 16 ? fold(sums, SIXTEENTH) : sums;
  }

  private static FloatVector fold(FloatVector v, VectorShuffle<Float> swap) {
    return v.add(v.rearrange(swap));
  }

  /** Swaps neighboring stretches of {@code count} lanes. */
  private static VectorShuffle<Float> swap(int count) {
    return VectorShuffle.fromOp(SimdKernels.SPECIES, lane -> lane ^ count);
  }

  /** The second of each two stretches of {@code count} lanes. */
  private static VectorMask<Float> upper(int count) {
    long lanes = 0;
    for (int lane = 0; lane < LANES; lane++) {
      lanes |= (lane & count) == 0 ? 0 : 1L << lane;
    }
    return VectorMask.fromLong(SimdKernels.SPECIES, lanes);
  }
}
