package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {

  @ParameterizedTest
  @EnumSource
  void namesAreReadInAnyCase(Metric metric) {
    assertThat(Metric.of(metric.id())).isEqualTo(metric);
    assertThat(Metric.of(metric.name())).isEqualTo(metric);
  }

  @Test
  void namesAreThoseOfOptionsAndFiles() {
    assertThat(Metric.values())
        .extracting(Metric::id)
        .containsExactly("l2", "cosine", "inner_product", "l1");
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.of("euclid"))
        .withMessage("Metric 'euclid' is unknown; use one of l2, cosine, inner_product, l1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.of(null))
        .withMessage("Metric 'null' is unknown; use one of l2, cosine, inner_product, l1.");
  }

  /** What a user sees is what a textbook computes. */
  @Property(tries = 1000, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void distancesAreThoseOfTheDefinition(
      @ForAll Metric metric,
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] query = gaussian(random, dimension);
    float[] vector = gaussian(random, dimension);

    double dot = 0;
    double queryNorm = 0;
    double vectorNorm = 0;
    double squared = 0;
    double l1 = 0;
    for (int i = 0; i < dimension; i++) {
      dot += (double) query[i] * vector[i];
      queryNorm += (double) query[i] * query[i];
      vectorNorm += (double) vector[i] * vector[i];
      squared += Math.pow((double) query[i] - vector[i], 2);
      l1 += Math.abs((double) query[i] - vector[i]);
    }
    double norms = Math.sqrt(queryNorm * vectorNorm);
    double expected =
        switch (metric) {
          case L2 -> Math.sqrt(squared);
          case COSINE -> 1 - dot / norms;
          case INNER_PRODUCT -> -dot;
          case L1 -> l1;
        };
    double magnitude =
        switch (metric) {
          case L2, L1 -> expected;
          case COSINE -> 1;
          case INNER_PRODUCT -> norms;
        };
    assertThat((double) distance(metric, query, vector))
        .isCloseTo(expected, within(1e-5 * magnitude));
  }

  @Property(tries = 3000, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void cosineDistancesAreFromZeroToTwo(
      @ForAll @IntRange(min = 1, max = 784) int dimension, @ForAll long seed) {
    float[] vector = gaussian(new Random(seed), dimension);
    float[] opposite = vector.clone();
    for (int i = 0; i < dimension; i++) {
      opposite[i] *= -3;
    }

    assertThat(distance(Metric.COSINE, vector, vector)).isBetween(0f, 1e-6f);
    assertThat(distance(Metric.COSINE, vector, opposite)).isBetween(2 - 1e-6f, 2f);
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "L1", "COSINE"})
  void aVectorIsAtNoDistanceFromItself(Metric metric) {
    float[] vector = {3, -4, 12};

    assertThat(distance(metric, vector, vector)).isCloseTo(0, within(1e-6f));
  }

  @Test
  void noDistanceIsNegativeZero() {
    float[] x = {1, 0};
    float[] y = {0, 1};

    assertThat(Float.floatToRawIntBits(distance(Metric.INNER_PRODUCT, x, y))).isZero();
  }

  private static float distance(Metric metric, float[] query, float[] vector) {
    Distances distances = FlatVectors.of(metric, vector).distances();
    distances.fromQuery(query);
    return metric.distance(distances.to(0));
  }

  private static float[] gaussian(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
