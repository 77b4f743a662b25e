package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalDimensionTest {
  private static LocalDimension of(FlatVectors vectors, int threads) {
    try (Workers<Integer> workers = new Workers<>(threads, () -> 0)) {
      return LocalDimension.of(vectors, IntStream.range(0, vectors.size()).toArray(), workers);
    }
  }

  /** A cube of so many dimensions in a space of twelve. */
  private static float[][] cube(int dimensions, int count) {
    Random random = new Random(SEED);
    float[][] rows = new float[count][12];
    for (float[] row : rows) {
      for (int d = 0; d < dimensions; d++) {
        row[d] = random.nextFloat();
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aCubeHasTheDimensionItSpans(int dimensions) {
    LocalDimension dimension = of(TestVectors.flat(Metric.L2, 12, cube(dimensions, 3000)), 2);

    float[] sorted = dimension.estimates().clone();
    Arrays.sort(sorted);
    assertThat((double) sorted[1500]).isCloseTo(dimensions, within(0.3 * dimensions));
    assertThat(dimension.distanceComputations()).isEqualTo(3000L * LocalDimension.SAMPLE);
  }

  @ParameterizedTest
  @EnumSource
  void estimatesAreTheSameForAnyNumberOfThreads(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 12, TestVectors.clustered(SEED, 1500, 12));

    assertThat(of(vectors, 3).estimates()).isEqualTo(of(vectors, 1).estimates());
    for (float estimate : of(vectors, 1).estimates()) {
      assertThat(estimate).isBetween(0f, 1000f);
    }
  }

  @Test
  void theEstimateIsThatOfTheFormula() {
    double[] r = {1, 2, 4};

    assertThat((double) LocalDimension.estimate(r, 3))
        .isCloseTo(-1 / ((Math.log(1 / 4.0) + Math.log(2 / 4.0)) / 3), within(1e-6));
    assertThat(LocalDimension.estimate(r, 1)).isZero();
    assertThat(LocalDimension.estimate(new double[] {3, 3}, 2)).isInfinite();
  }

  @Test
  void copiesOfOneVectorHaveNone() {
    float[][] rows = new float[30][12];

    assertThat(of(TestVectors.flat(Metric.L2, 12, rows), 1).estimates()).containsOnly(0);
  }
}
