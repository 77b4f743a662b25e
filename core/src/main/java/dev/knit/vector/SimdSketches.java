package dev.knit.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API, where it counts bits: JDK 19 or later. */
final class SimdSketches implements SketchKernel {
  private static final VectorSpecies<Float> FLOATS = SimdKernels.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, FLOATS.vectorShape());
  private static final boolean WIDE_ENOUGH = SHORTS.length() >= Integer.SIZE / 2;
  private static final long LANES_SET = (1L << SHORTS.length()) - 1;
  private static final ScalarSketches SCALAR = new ScalarSketches();

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
      IntVector sum = IntVector.zero(INTS);
      int codes = offset + stride + i;
      for (int plane = 0; plane < planes.length; plane += PLANES, codes += stride) {
        IntVector code = IntVector.fromArray(INTS, block, codes);
        IntVector ones = code.and(planes[plane]).lanewise(BIT_COUNT);
        IntVector twos = code.and(planes[plane + 1]).lanewise(BIT_COUNT);
        IntVector fours = code.and(planes[plane + 2]).lanewise(BIT_COUNT);
        IntVector eights = code.and(planes[plane + 3]).lanewise(BIT_COUNT);
        IntVector high = fours.sub(eights.add(eights)); // in fours
        IntVector low = ones.add(twos.add(twos));
        sum = sum.add(low).add(high.lanewise(VectorOperators.LSHL, 2));
      }
      FloatVector along = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(scale, shift);
      IntVector packed = IntVector.fromArray(INTS, block, factors + i);
      FloatVector factor = packed.and(0xFFFF0000).reinterpretAsFloats();
      FloatVector known = packed.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      long lanes = factor.neg().fma(along, known).compare(VectorOperators.LE, limit).toLong();
      for (; lanes != 0; lanes &= lanes - 1) {
        ends[near++] = block[offset + i + Long.numberOfTrailingZeros(lanes)];
      }
    }
    return near;
  }

  @Override
  public long sketch(
      short[] from,
      int fromOffset,
      short[] to,
      int toOffset,
      int bits,
      int[] block,
      int at,
      int stride) {
    if (bits % Integer.SIZE != 0 || !WIDE_ENOUGH) {
      return SCALAR.sketch(from, fromOffset, to, toOffset, bits, block, at, stride);
    }
    ShortVector sum = ShortVector.zero(SHORTS);
    ShortVector along = sum;
    for (int i = 0; i < bits; i += SHORTS.length()) {
      ShortVector center = ShortVector.fromArray(SHORTS, from, fromOffset + i);
      ShortVector difference = ShortVector.fromArray(SHORTS, to, toOffset + i).sub(center);
      VectorMask<Short> negative = difference.lt((short) 0);
      sum = sum.add(difference.abs());
      along = along.add(center.blend(center.neg(), negative));
      int word = at + i / Integer.SIZE * stride;
      int code = (int) (~negative.toLong() & LANES_SET) << i;
      block[word] = i % Integer.SIZE == 0 ? code : block[word] | code;
    }
    return SketchKernel.sums(total(sum), total(along));
  }

  /** The sum of shorts, in ints. */
  private static int total(ShortVector v) {
    IntVector pairs = v.reinterpretAsInts();
    IntVector low = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    return low.add(pairs.lanewise(VectorOperators.ASHR, 16)).reduceLanes(VectorOperators.ADD);
  }
}
