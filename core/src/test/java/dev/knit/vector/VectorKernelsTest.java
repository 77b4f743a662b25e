package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Both kinds of kernels against arithmetic in doubles. */
class VectorKernelsTest {
  private static final String SEED = "20261121";
  private static final double RELATIVE = 1e-5;

  private enum Kind {
    SCALAR(new ScalarKernels()),
    SIMD(new SimdKernels());

    private final VectorKernels kernels;

    Kind(VectorKernels kernels) {
      this.kernels = kernels;
    }
  }

  private enum Measure {
    SQUARED_L2,
    NEGATED_DOT,
    L1;

    DistanceKernel of(VectorKernels kernels) {
      return switch (this) {
        case SQUARED_L2 -> kernels.squaredL2();
        case NEGATED_DOT -> kernels.negatedDot();
        case L1 -> kernels.l1();
      };
    }

    double term(double x, double y) {
      return switch (this) {
        case SQUARED_L2 -> (x - y) * (x - y);
        case NEGATED_DOT -> -x * y;
        case L1 -> Math.abs(x - y);
      };
    }
  }

  @Provide
  Arbitrary<Integer> dimensions() {
    return Arbitraries.of(
        IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(100, 784)).boxed().toList());
  }

  @Property(tries = 4000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void oneIsWithinRoundingOfDoubles(
      @ForAll Kind kind,
      @ForAll Measure measure,
      @ForAll("dimensions") int dimension,
      @ForAll @IntRange(max = 20) int aOffset,
      @ForAll @IntRange(max = 20) int bOffset,
      @ForAll long seed) {
    Random random = new Random(seed);
    int length = VectorKernels.padded(dimension);
    float[] a = stretch(random, aOffset, dimension, length);
    float[] b = stretch(random, bOffset, dimension, length);

    float key = measure.of(kind.kernels).one(a, aOffset, b, bOffset, length);

    double expected = 0;
    double magnitude = 0; // a dot product may cancel to nothing; its error does not
    for (int i = 0; i < dimension; i++) {
      double term = measure.term(a[aOffset + i], b[bOffset + i]);
      expected += term;
      magnitude += Math.abs(term);
    }
    assertThat((double) key).isCloseTo(expected, within(RELATIVE * magnitude));
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void fourIsOneFourTimesToTheBit(
      @ForAll Kind kind,
      @ForAll Measure measure,
      @ForAll("dimensions") int dimension,
      @ForAll long seed) {
    Random random = new Random(seed);
    int length = VectorKernels.padded(dimension);
    float[] a = stretch(random, 3, dimension, length);
    float[][] b = new float[4][];
    for (int i = 0; i < 4; i++) {
      b[i] = stretch(random, i, dimension, length);
    }
    DistanceKernel kernel = measure.of(kind.kernels);
    float[] out = new float[6];

    kernel.four(a, 3, b[0], 0, b[1], 1, b[2], 2, b[3], 3, length, out, 1);

    for (int i = 0; i < 4; i++) {
      float one = kernel.one(a, 3, b[i], i, length);
      assertThat(Float.floatToRawIntBits(out[1 + i])).isEqualTo(Float.floatToRawIntBits(one));
    }
    assertThat(out[0]).isZero();
    assertThat(out[5]).isZero();
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void bothEndsMeasureTheSameToTheBit(
      @ForAll Kind kind,
      @ForAll Measure measure,
      @ForAll("dimensions") int dimension,
      @ForAll long seed) {
    Random random = new Random(seed);
    int length = VectorKernels.padded(dimension);
    float[] a = stretch(random, 0, dimension, length);
    float[] b = stretch(random, 0, dimension, length);
    DistanceKernel kernel = measure.of(kind.kernels);

    assertThat(kernel.one(a, 0, b, 0, length)).isEqualTo(kernel.one(b, 0, a, 0, length));
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void bothKindsMeasureTheSameToTheBit(
      @ForAll Measure measure, @ForAll("dimensions") int dimension, @ForAll long seed) {
    assumeThat(SimdKernels.ROUND).isEqualTo(VectorKernels.SUMS);
    Random random = new Random(seed);
    int length = VectorKernels.padded(dimension);
    float[] a = stretch(random, 2, dimension, length);
    float[] b = stretch(random, 7, dimension, length);

    float scalar = measure.of(Kind.SCALAR.kernels).one(a, 2, b, 7, length);
    float simd = measure.of(Kind.SIMD.kernels).one(a, 2, b, 7, length);

    assertThat(Float.floatToRawIntBits(simd)).isEqualTo(Float.floatToRawIntBits(scalar));
  }

  @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
  void productsWithCodesAreTheSameToTheBit(@ForAll("dimensions") int dimension, @ForAll long seed) {
    assumeThat(SimdKernels.ROUND).isEqualTo(VectorKernels.SUMS);
    Random random = new Random(seed);
    int length = VectorKernels.padded(dimension);
    float[] a = stretch(random, 0, dimension, length);
    byte[] codes = new byte[5 * length];
    random.nextBytes(codes);
    CodeKernel scalar = Kind.SCALAR.kernels.codes();
    CodeKernel simd = Kind.SIMD.kernels.codes();
    float[] out = new float[5];

    simd.four(a, codes, 1, codes, length, codes, 2 * length, codes, 3 * length, length, out, 1);

    assertThat(out[1]).isEqualTo(scalar.dot(a, codes, 1, length));
    for (int i = 1; i < 4; i++) {
      assertThat(out[1 + i]).isEqualTo(scalar.dot(a, codes, i * length, length));
      assertThat(simd.dot(a, codes, i * length, length)).isEqualTo(out[1 + i]);
      assertThat(simd.dot(codes, 1, codes, i * length, length))
          .isEqualTo(scalar.dot(codes, 1, codes, i * length, length));
    }
  }

  @Test
  void theVectorApiIsChosenWhereItsModuleIsPresent() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    assertThat(VectorKernels.simd()).isEqualTo(present && !Boolean.getBoolean("knit.scalar"));
  }

  /** A vector at an offset, zeros behind it, and values around it that must not be read. */
  private static float[] stretch(Random random, int offset, int dimension, int length) {
    float[] values = new float[offset + length + 5];
    for (int i = 0; i < values.length; i++) {
      boolean padding = i >= offset + dimension && i < offset + length;
      values[i] = padding ? 0 : (float) random.nextGaussian();
    }
    return values;
  }
}
