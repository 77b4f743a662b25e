package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of the Vector API, at the widest species the processor prefers. With vectors of eight
 * or sixteen floats all add up in the order of {@link VectorKernels}; with four, in one of their
 * own.
 *
 * <p>Those that measure four at once have more than 325 bytes of bytecode (FreqInlineSize), so that
 * they are compiled by themselves: inlined into a search, which is a large method then, C2 may stop
 * inlining within them, and the Vector API then allocates. Two loops one after the other over the
 * same sum would allocate, too, on JDK 17.
 */
final class SimdKernels implements VectorKernels {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Whether sixteen sums take two vectors. */
  static final boolean TWO = SPECIES.length() == SUMS / 2;

  /** Floats that are measured in one round: {@link #SUMS} but on processors with small vectors. */
  static final int ROUND = SPECIES.length() < SUMS / 2 ? SPECIES.length() : SUMS;

  /** Whether the processor has vectors of four to sixteen floats. */
  static boolean isWideEnough() {
    return SPECIES.length() >= 4 && SPECIES.length() <= SUMS;
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
}
