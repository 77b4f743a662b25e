package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The kernels of the Vector API, at the widest species the processor prefers. */
final class SimdKernels implements VectorKernels {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Whether the processor has vectors of four floats or more. */
  static boolean isWideEnough() {
    return LANES >= 4;
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public DistanceKernel squaredL2() {
    return SimdSquaredL2.INSTANCE;
  }

  @Override
  public DistanceKernel negatedDot() {
    return SimdNegatedDot.INSTANCE;
  }

  @Override
  public DistanceKernel l1() {
    return SimdL1.INSTANCE;
  }

  @Override
  public CodeKernel codes() {
    return SimdCodes.isSupported() ? SimdCodes.INSTANCE : ScalarCodes.INSTANCE;
  }

  /**
   * The sum of all lanes, added up in fours. {@code reduceLanes} may add in any order, and does so
   * in another one before and after it is compiled, so that a graph would depend on when that was.
   */
  static float sum(FloatVector v) {
    float sum = (v.lane(0) + v.lane(1)) + (v.lane(2) + v.lane(3));
    if (LANES >= 8) {
      sum += (v.lane(4) + v.lane(5)) + (v.lane(6) + v.lane(7));
    }
    if (LANES >= 16) {
      sum += (v.lane(8) + v.lane(9)) + (v.lane(10) + v.lane(11));
      sum += (v.lane(12) + v.lane(13)) + (v.lane(14) + v.lane(15));
    }
    return sum;
  }
}
