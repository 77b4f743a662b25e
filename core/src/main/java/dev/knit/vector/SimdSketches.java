package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API, where it counts bits: JDK 19 or later. */
final class SimdSketches implements SketchKernel {
  private static final VectorSpecies<Float> FLOATS = SimdKernels.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  private static final int[] WEIGHTS = {1, 2, 4, -8};

  /** Found by name, since JDK 17 has none. */
  private static final VectorOperators.Unary BIT_COUNT = bitCount();

  static boolean isSupported() {
    return VectorKernels.simd() && BIT_COUNT != null && INTS.length() <= LANES;
  }

  private static VectorOperators.Unary bitCount() {
    try {
      return (VectorOperators.Unary) VectorOperators.class.getField("BIT_COUNT").get(null);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  @Override
  public int near(
      int[] block,
      int offset,
      int stride,
      int[] planes,
      float scale,
      float shift,
      float limit,
      int[] ends,
      int count) {
    int factors = offset + stride + stride * (planes.length / PLANES);
    int near = count;
    for (int i = 0; i < stride; i += INTS.length()) {
      IntVector packed = IntVector.fromArray(INTS, block, factors + i);
      FloatVector sums = sums(block, offset + stride + i, stride, planes);
      FloatVector along = sums.fma(scale, shift);
      FloatVector factor = packed.and(0xFFFF0000).reinterpretAsFloats();
      FloatVector known = packed.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      long lanes = factor.neg().fma(along, known).compare(VectorOperators.LE, limit).toLong();
      for (; lanes != 0; lanes &= lanes - 1) {
        ends[near++] = block[offset + i + Long.numberOfTrailingZeros(lanes)];
      }
    }
    return near;
  }

  /** One loop and few operations, so that all of it is inlined wherever it is called. */
  private static FloatVector sums(int[] block, int codes, int stride, int[] planes) {
    IntVector sum = IntVector.zero(INTS);
    for (int plane = 0; plane < planes.length; plane++) {
      IntVector code = IntVector.fromArray(INTS, block, codes + plane / PLANES * stride);
      IntVector count = code.and(planes[plane]).lanewise(BIT_COUNT);
      sum = sum.add(count.mul(WEIGHTS[plane % PLANES]));
    }
    return (FloatVector) sum.convert(VectorOperators.I2F, 0);
  }
}
