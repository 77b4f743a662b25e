package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizedVectorsTest {
  private static final String SEED = "20261121";

  @Provide
  Arbitrary<Integer> dimensions() {
    return Arbitraries.of(
        IntStream.concat(IntStream.rangeClosed(1, 40), IntStream.of(100, 784, 4096))
            .boxed()
            .toList());
  }

  @Property(seed = SEED, tries = 200)
  void keysAreThoseOfTheDecodedVectors(
      @ForAll("dimensions") int dimension,
      @ForAll Metric metric,
      @ForAll boolean far,
      @ForAll long seed) {
    Random random = new Random(seed);
    FlatVectors exact = random(metric, random, 11, dimension, far ? 1000 : 0);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    float[] query = vector(random, dimension, far ? 1000 : 0);
    float[] stored = new float[dimension];
    Prepared.write(metric, query, stored, 0);

    Distances distances = vectors.distances();
    distances.fromQuery(query);
    assertKeys(vectors, distances, stored, metric == Metric.INNER_PRODUCT ? Float.NaN : 0);
    for (int origin = 0; origin < 3; origin++) {
      vectors.decode(origin, stored);
      distances.fromNode(origin);
      float augmentation = metric == Metric.INNER_PRODUCT ? vectors.augmentation(origin) : 0;
      assertKeys(vectors, distances, stored, augmentation);
    }
  }

  /** One by one first, which measures nodes by the codes of both, then all at once. */
  private static void assertKeys(
      QuantizedVectors vectors, Distances distances, float[] origin, float augmentation) {
    int[] nodes = IntStream.range(0, vectors.size()).toArray();
    float[] decoded = new float[origin.length];
    float[] keys = new float[nodes.length];
    for (int node : nodes) {
      keys[node] = distances.to(node);
    }
    float[] batch = new float[nodes.length];
    distances.to(nodes, 0, nodes.length, batch);
    for (int node : nodes) {
      vectors.decode(node, decoded);
      double apart = Float.isNaN(augmentation) ? 0 : augmented(vectors, node) - augmentation;
      double expected = key(vectors.metric(), origin, decoded, Float.isNaN(augmentation), apart);
      double margin = 2e-5 * scale(vectors.metric(), origin, decoded, apart) + 1e-6;
      assertThat((double) keys[node]).as("node %d alone", node).isCloseTo(expected, within(margin));
      assertThat((double) batch[node]).as("node %d", node).isCloseTo(expected, within(margin));
    }
  }

  private static double augmented(QuantizedVectors vectors, int node) {
    return vectors.metric() == Metric.INNER_PRODUCT ? vectors.augmentation(node) : 0;
  }

  private static double key(Metric metric, float[] a, float[] b, boolean query, double apart) {
    double squares = apart * apart;
    double dot = 0;
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - (double) b[i]) * (a[i] - (double) b[i]);
      dot += a[i] * (double) b[i];
      sum += Math.abs(a[i] - (double) b[i]);
    }
    return switch (metric) {
      case L2 -> squares;
      case COSINE -> -dot;
      case INNER_PRODUCT -> query ? -dot : squares;
      case L1 -> sum;
    };
  }

  /**
   * What rounding is relative to: far from zero only the spread of the components counts for l2.
   */
  private static double scale(Metric metric, float[] a, float[] b, double apart) {
    double spread = 0;
    double dot = 0;
    double meanA = IntStream.range(0, a.length).mapToDouble(i -> a[i]).average().orElseThrow();
    double meanB = IntStream.range(0, b.length).mapToDouble(i -> b[i]).average().orElseThrow();
    for (int i = 0; i < a.length; i++) {
      spread += Math.pow(a[i] - meanA, 2) + Math.pow(b[i] - meanB, 2);
      dot += Math.abs(a[i] * b[i]) + Math.abs(a[i]) + Math.abs(b[i]);
    }
    boolean squared = metric == Metric.L2;
    double means = 1e-2 * a.length * (Math.abs(meanA) + Math.abs(meanB));
    return squared ? spread + means : dot + spread + apart * apart;
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void theApproximationIsCloserThanOneStep(Metric metric) {
    FlatVectors exact = random(metric, new Random(7), 200, 96, 0);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    float[] x = new float[96];
    float[] decoded = new float[96];
    for (int node = 0; node < exact.size(); node++) {
      exact.copy(node, x);
      vectors.decode(node, decoded);
      double mean = 0;
      for (int i = 0; i < x.length; i++) {
        double error = Math.abs(x[i] - decoded[i]);
        assertThat(error).isLessThan(1.5 * vectors.step(node));
        mean += error / x.length;
      }
      assertThat(mean).isLessThan(0.3 * vectors.step(node));
    }
  }

  @Test
  void bytesLoseNothing() {
    Random random = new Random(3);
    FlatVectors.Builder builder = FlatVectors.builder(Metric.L2, 128, 100);
    for (int node = 0; node < 100; node++) {
      float[] vector = new float[128];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = random.nextInt(256) - (node % 2 == 0 ? 0 : 128);
      }
      builder.add(vector);
    }
    FlatVectors exact = builder.build();
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    float[] x = new float[128];
    float[] decoded = new float[128];
    for (int node = 0; node < exact.size(); node++) {
      exact.copy(node, x);
      vectors.decode(node, decoded);
      assertThat(vectors.step(node)).isEqualTo(1f);
      assertThat(decoded).containsExactly(x, within(1e-4f));
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void constantVectorsAreMeasured(Metric metric) {
    FlatVectors exact =
        FlatVectors.of(
            metric, new float[] {2.5f, 2.5f, 2.5f}, new float[] {-1e18f, -1e18f, -1e18f});
    Distances distances = QuantizedVectors.of(exact).distances();
    Distances expected = exact.distances();
    distances.fromQuery(new float[] {1, 2, 4});
    expected.fromQuery(new float[] {1, 2, 4});
    for (int node = 0; node < 2; node++) {
      float key = expected.to(node);
      assertThat(distances.to(node)).isCloseTo(key, within(1e-5f * Math.abs(key)));
    }
  }

  @Test
  void selectionKeepsCodesAndVectors() {
    QuantizedVectors vectors = QuantizedVectors.of(random(Metric.L2, new Random(5), 20, 9, 0));
    QuantizedVectors selected = vectors.select(new int[] {7, 3});
    Distances all = vectors.distances();
    Distances some = selected.distances();
    all.fromNode(3);
    some.fromNode(1);

    assertThat(some.to(0)).isEqualTo(all.to(7)).isPositive();
    assertThat(selected.hash(0)).isEqualTo(vectors.hash(7));
    assertThat(selected.exact().same(0, 0)).isTrue();
    assertThat(selected.size()).isEqualTo(2);
  }

  @Test
  void codesTakeAQuarterOfTheMemory() {
    FlatVectors exact = random(Metric.L2, new Random(5), 1000, 256, 0);
    long codes = QuantizedVectors.of(exact).bytes() - exact.bytes();

    assertThat(exact.bytes()).isEqualTo(1000 * 256 * 4);
    assertThat((double) codes / exact.bytes()).isBetween(0.25, 0.27);
  }

  @Test
  void aBadQueryIsRefused() {
    for (Metric metric : Metric.values()) {
      Distances distances =
          QuantizedVectors.of(FlatVectors.of(metric, new float[] {1, 2})).distances();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> distances.fromQuery(new float[] {1, Float.NaN}))
          .withMessage("Vector has NaN at position 1; every value must be finite.");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> distances.fromQuery(null))
          .withMessage("Vector is null, but dimension 2 was expected.");
    }
  }

  @Test
  void anUnknownQuantizationIsRefused() {
    assertThat(Quantization.of("INT8")).isEqualTo(Quantization.INT8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantization.of("pq"))
        .withMessage("Quantization 'pq' is unknown; use one of none, int8.");
  }

  private static FlatVectors random(
      Metric metric, Random random, int count, int dimension, float offset) {
    FlatVectors.Builder builder = FlatVectors.builder(metric, dimension, count);
    for (int node = 0; node < count; node++) {
      builder.add(vector(random, dimension, offset));
    }
    return builder.build();
  }

  private static float[] vector(Random random, int dimension, float offset) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = offset + (float) random.nextGaussian();
    }
    return vector;
  }
}
