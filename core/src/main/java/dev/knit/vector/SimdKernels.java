package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The kernels of the Vector API, at the widest species the processor prefers. */
final class SimdKernels implements VectorKernels {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  @Override
  public int lanes() {
    return SPECIES.length();
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
}
