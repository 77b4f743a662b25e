package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Kernels against the definition of what they estimate. */
class SketchKernelTest {
  private static final String SEED = "20261121";
  private static final int OFFSET = 5;

  /** Those that there are: JDK 17 does not count bits by the Vector API. */
  @Provide
  Arbitrary<SketchKernel> kernels() {
    return SimdSketches.isSupported()
        ? Arbitraries.of(new ScalarSketches(), new SimdSketches())
        : Arbitraries.of(new ScalarSketches());
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void whatIsNearIsKept(
      @ForAll("kernels") SketchKernel kernel,
      @ForAll @IntRange(min = 1, max = 3) int rounds,
      @ForAll @IntRange(min = 1, max = 9) int words,
      @ForAll long seed) {
    check(kernel, rounds * SketchKernel.LANES, words, new Random(seed));
  }

  private static void check(SketchKernel kernel, int stride, int words, Random random) {
    int[] planes = random.ints((long) words * SketchKernel.PLANES).toArray();
    int[] block = random.ints(OFFSET + (long) stride * (words + 2)).toArray();
    int factors = OFFSET + stride * (words + 1);
    for (int i = 0; i < stride; i++) {
      block[OFFSET + i] &= Integer.MAX_VALUE;
      block[factors + i] = SketchKernel.pack(random.nextFloat(), 100 * random.nextFloat());
    }
    float scale = random.nextFloat();
    float shift = random.nextFloat();
    float limit = 100 * random.nextFloat();
    int[] ends = new int[3 + stride];
    ends[2] = 77;

    int count = kernel.near(block, OFFSET, stride, planes, scale, shift, limit, ends, 3);

    int[] expected = new int[3 + stride];
    expected[2] = 77;
    int near = 3;
    for (int i = 0; i < stride; i++) {
      int packed = block[factors + i];
      float along = Math.fma(scale, sum(block, OFFSET + stride + i, stride, planes), shift);
      float known = SketchKernel.known(packed);
      if (Math.fma(-SketchKernel.factor(packed), along, known) <= limit) {
        expected[near++] = block[OFFSET + i];
      }
    }
    assertThat(Arrays.copyOf(ends, count)).isEqualTo(Arrays.copyOf(expected, near));
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void sketchesAreSignsAndSumsOfDifferences(
      @ForAll("kernels") SketchKernel kernel,
      @ForAll @IntRange(min = 1, max = SketchSpace.MAX_BITS) int bits,
      @ForAll boolean whole,
      @ForAll long seed) {
    Random random = new Random(seed);
    int count = whole ? (bits + 31) / 32 * 32 : bits;
    short[] from = components(random, 3 + count);
    short[] to = components(random, 5 + count);
    int stride = SketchKernel.LANES;
    int[] block = new int[OFFSET + stride * 8];

    long sums = kernel.sketch(from, 3, to, 5, count, block, OFFSET, stride);

    int sum = 0;
    int along = 0;
    int[] expected = new int[block.length];
    for (int i = 0; i < count; i++) {
      int difference = to[5 + i] - from[3 + i];
      sum += Math.abs(difference);
      along += difference < 0 ? -from[3 + i] : from[3 + i];
      expected[OFFSET + i / 32 * stride] |= difference < 0 ? 0 : 1 << i;
    }
    assertThat(sums).isEqualTo(SketchKernel.sums(sum, along));
    assertThat((int) (sums >> 32)).isEqualTo(sum);
    assertThat((int) sums).isEqualTo(along);
    assertThat(block).isEqualTo(expected);
  }

  /** Often the extremes, whose sums are the largest. */
  private static short[] components(Random random, int count) {
    short[] components = new short[count];
    boolean extreme = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      int within = random.nextInt(2 * Projections.LARGEST + 1) - Projections.LARGEST;
      components[i] = (short) (extreme ? Integer.signum(within) * Projections.LARGEST : within);
    }
    return components;
  }

  private static float sum(int[] block, int first, int stride, int[] planes) {
    int sum = 0;
    for (int bit = 0; bit < Integer.SIZE * planes.length / SketchKernel.PLANES; bit++) {
      int word = bit / Integer.SIZE;
      if ((block[first + word * stride] >>> bit & 1) == 1) {
        int plane = word * SketchKernel.PLANES;
        sum +=
            (planes[plane] >>> bit & 1)
                + 2 * (planes[plane + 1] >>> bit & 1)
                + 4 * (planes[plane + 2] >>> bit & 1)
                - 8 * (planes[plane + 3] >>> bit & 1);
      }
    }
    return sum;
  }
}
