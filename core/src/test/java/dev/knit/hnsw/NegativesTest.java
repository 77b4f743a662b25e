package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NegativesTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);

  private static HnswSearcher searcher(FlatVectors vectors) {
    byte[] levels = TestVectors.levels(0, vectors.size(), PARAMS.m());
    return new HnswSearcher(new HnswBuilder(PARAMS, 2).build(vectors, levels), vectors);
  }

  @Property(tries = 80, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void theOrderIsThatOfTheDefinition(
      @ForAll @IntRange(min = 1, max = 600) int size,
      @ForAll @IntRange(min = 2, max = 40) int dimension,
      @ForAll @IntRange(max = 2) int metricNumber,
      @ForAll @DoubleRange(min = 0, max = 0.9) double weight,
      @ForAll @IntRange(min = 1, max = 6) int count,
      @ForAll long seed) {
    Metric metric = Metric.values()[metricNumber];
    float[][] rows = TestVectors.clustered(seed, size, dimension);
    FlatVectors vectors = TestVectors.flat(metric, dimension, rows);
    float[][] others = TestVectors.clustered(seed + 1, count, dimension);
    float[] query = TestVectors.clustered(seed + 2, 1, dimension)[0];
    SearchOptions options = SearchOptions.of(20, 1000).negatives(Negatives.of(weight, others));

    Neighbors found = searcher(vectors).search(query, options);
    double[] scores =
        Arrays.stream(rows)
            .mapToDouble(x -> -score(metric, query, others, weight, x))
            .sorted()
            .toArray();

    assertThat(found.size()).isEqualTo(Math.min(20, size));
    assertSame(new ExactSearcher(vectors).search(query, options), found);
    for (int rank = 0; rank < found.size(); rank++) {
      float[] row = rows[found.node(rank)];
      double tolerance = 1e-4 * Math.max(1, Math.abs(scores[rank]));
      assertThat(-score(metric, query, others, weight, row))
          .isCloseTo(scores[rank], within(tolerance));
      double distance = distance(metric, similarity(metric, query, row));
      assertThat((double) found.distance(rank))
          .isCloseTo(distance, within(1e-3 * Math.max(1, Math.abs(distance))));
    }
  }

  private static void assertSame(Neighbors expected, Neighbors found) {
    assertThat(found.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < found.size(); rank++) {
      assertThat(found.node(rank)).isEqualTo(expected.node(rank));
      assertThat(found.distance(rank)).isEqualTo(expected.distance(rank));
    }
  }

  private static double score(
      Metric metric, float[] query, float[][] others, double weight, float[] row) {
    double mean = Arrays.stream(others).mapToDouble(o -> similarity(metric, o, row)).sum();
    return similarity(metric, query, row) - weight * mean / others.length;
  }

  private static double distance(Metric metric, double similarity) {
    return switch (metric) {
      case L2 -> Math.sqrt(Math.max(0, -similarity));
      case COSINE -> 1 - similarity;
      default -> -similarity;
    };
  }

  private static double similarity(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return switch (metric) {
      case L2 -> 2 * dot - aa - bb;
      case COSINE -> dot / Math.sqrt(aa * bb);
      case INNER_PRODUCT -> dot;
      case L1 -> throw new AssertionError();
    };
  }

  @Test
  void aWeightOfZeroChangesNothingAndOneNearAnAnswerPushesItBack() {
    FlatVectors vectors =
        FlatVectors.of(
            Metric.COSINE, new float[] {1, 0.1f}, new float[] {1, -0.2f}, new float[] {-1, 0});
    HnswSearcher searcher = searcher(vectors);
    float[] query = {1, 0};
    SearchOptions plain = SearchOptions.of(3, 3);
    float[] first = {1, 0.1f};

    assertThat(searcher.search(query, plain.negatives(Negatives.of(0, first))).node(0)).isZero();
    Neighbors pushed = searcher.search(query, plain.negatives(Negatives.of(0.9, first)));
    assertThat(pushed.node(0)).isOne();
    assertThat(pushed.distance(0)).isCloseTo(1 - 1 / (float) Math.sqrt(1.04), within(1e-5f));
  }

  @Test
  void farAnswersAreLeftOutByTheirDistanceFromTheQuery() {
    FlatVectors vectors = FlatVectors.of(Metric.L2, new float[] {0}, new float[] {5});
    SearchOptions options =
        SearchOptions.of(2, 2).negatives(Negatives.of(0.5, new float[] {-3})).maxDistance(4);
    Neighbors found = searcher(vectors).search(new float[] {2}, options);

    assertThat(found.size()).isEqualTo(2);
    assertThat(found.node(0)).isOne(); // the combined vector is 7
    assertThat(found.distance(0)).isEqualTo(3);
    assertThat(searcher(vectors).search(new float[] {2}, options.maxDistance(2.5)).node(0))
        .isZero();
  }

  @Test
  void whatHasNoAnswerIsRefused() {
    float[] x = {1, 2};
    assertRefused(
        () -> Negatives.of(-0.5, x),
        "The weight of negatives (-0.5) must be a number of at least 0.");
    assertRefused(
        () -> Negatives.of(Double.NaN, x),
        "The weight of negatives (NaN) must be a number of at least 0.");
    assertRefused(() -> Negatives.of(1), "There are no negatives; leave them out.");
    assertRefused(
        Metric.L2,
        Negatives.of(1, x),
        "The weight of negatives (1.0) must be less than 1 under l2, where otherwise the farthest"
            + " vectors are the best.");
    assertRefused(
        Metric.L1,
        Negatives.of(0.5, x),
        "Negatives are not possible under l1, where no one vector stands for a query and what it"
            + " should be unlike; use another metric.");
    assertRefused(
        Metric.COSINE,
        Negatives.of(1, new float[] {2, 4}),
        "Query minus negatives is all zero, which has no direction for cosine; use a weight other"
            + " than 1.0.");
    assertRefused(
        Metric.L2,
        Negatives.of(0.5, x, new float[] {Float.NaN, 0}),
        "Negative 2 has NaN at position 0; every value must be finite.");
    assertRefused(
        Metric.L2,
        Negatives.of(0.5, new float[3]),
        "Negative 1 has dimension 3, but 2 was expected.");
  }

  private static void assertRefused(Metric metric, Negatives negatives, String message) {
    FlatVectors vectors = FlatVectors.of(metric, new float[] {3, 4});
    SearchOptions options = SearchOptions.of(1, 1).negatives(negatives);
    assertRefused(() -> searcher(vectors).search(new float[] {1, 2}, options), message);
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
