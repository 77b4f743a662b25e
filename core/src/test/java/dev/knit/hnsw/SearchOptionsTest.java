package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Range search and an ef that grows; for negatives see {@link NegativesTest}. */
class SearchOptionsTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);

  private static HnswSearcher searcher(FlatVectors vectors) {
    byte[] levels = TestVectors.levels(0, vectors.size(), PARAMS.m());
    return new HnswSearcher(new HnswBuilder(PARAMS, 2).build(vectors, levels), vectors);
  }

  @Property(tries = 60, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void aRangeHoldsAllThatAreNearEnoughAndNoOthers(
      @ForAll @IntRange(max = 5000) int size,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(max = 300) int rank,
      @ForAll boolean half,
      @ForAll long seed) {
    FlatVectors vectors =
        TestVectors.flat(metric, dimension, TestVectors.clustered(seed, size, dimension));
    HnswSearcher searcher = searcher(vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    NodeFilter filter = half ? half(size, seed) : all(size);

    for (float[] query : TestVectors.clustered(seed + 1, 3, dimension)) {
      float[] sorted = distances(exact.search(query, SearchOptions.of(5000, 5000), filter));
      float bound = sorted.length == 0 ? 1 : sorted[Math.min(rank, sorted.length - 1)];
      int within = (int) count(sorted, bound);
      SearchOptions range = SearchOptions.range(bound, Math.max(1, size));

      assertThat(distances(exact.search(query, range, filter)))
          .containsExactly(Arrays.copyOf(sorted, within));
      assertThat(distances(searcher.search(query, range, filter)))
          .containsExactly(Arrays.copyOf(sorted, within));
      assertThat(distances(searcher.search(query, range.k(7), filter)))
          .containsExactly(Arrays.copyOf(sorted, Math.min(7, within)));
    }
  }

  private static long count(float[] sorted, float bound) {
    int count = 0;
    while (count < sorted.length && sorted[count] <= bound) {
      count++;
    }
    return count;
  }

  @Test
  void aNarrowBeamGrowsUntilItHasLeftTheRange() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 16, TestVectors.clustered(SEED, 5000, 16));
    HnswSearcher searcher = searcher(vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    long wanted = 0;
    long found = 0;

    for (float[] query : TestVectors.clustered(SEED + 1, 100, 16)) {
      float bound = exact.search(query, 100).distance(99);
      SearchOptions range = SearchOptions.range(bound, 10);
      wanted += exact.search(query, range).size();
      Neighbors neighbors = searcher.search(query, range);
      found += neighbors.size();
      assertThat(distances(neighbors)).isSorted();
      assertThat(Arrays.stream(nodes(neighbors)).distinct().count()).isEqualTo(neighbors.size());
    }

    assertThat((double) found / wanted).as("seed %d", SEED).isBetween(0.95, 1.0);
    assertThat(searcher.distanceComputations()).isLessThan(100 * 5000 / 2);
  }

  @Test
  void aRangeMayBeEmpty() {
    FlatVectors vectors = FlatVectors.of(Metric.L2, new float[] {3}, new float[] {4});

    assertThat(searcher(vectors).search(new float[1], SearchOptions.range(2.9, 5)).size()).isZero();
    assertThat(searcher(vectors).search(new float[1], SearchOptions.range(3, 1)).size()).isOne();
    assertThat(searcher(vectors).search(new float[1], SearchOptions.range(9, 1)).size())
        .isEqualTo(2);
  }

  @Test
  void anAdaptiveBeamFindsMoreThanItsFirstWidthAndMeasuresLessThanItsLast() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 32, TestVectors.clustered(SEED, 5000, 32));
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 32);
    double[] narrow = measure(vectors, queries, SearchOptions.of(10, 10));
    double[] adaptive = measure(vectors, queries, SearchOptions.of(10, 10).adaptive(160));
    double[] wide = measure(vectors, queries, SearchOptions.of(10, 160));

    assertThat(adaptive[0]).as("recall, seed %d", SEED).isGreaterThan(narrow[0] + 0.02);
    assertThat(adaptive[1]).as("distances").isLessThan(wide[1]);
    assertThat(measure(vectors, queries, SearchOptions.of(10, 160).adaptive(160)))
        .containsExactly(wide);
  }

  @ParameterizedTest
  @EnumSource
  void gammaFindsAsMuchAsABeamThatMeasuresMore(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 32, TestVectors.clustered(SEED, 5000, 32));
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 32);
    double[] none = measure(vectors, queries, SearchOptions.of(10, 256));
    double[] early = measure(vectors, queries, SearchOptions.of(10, 256).gamma(0.1));
    double[] earlier = measure(vectors, queries, SearchOptions.of(10, 256).gamma(0.02));

    assertThat(early[1]).as("distances, seed %d", SEED).isLessThan(0.8 * none[1]);
    assertThat(earlier[1]).isLessThan(early[1]);
    assertThat(early[0]).as("recall").isGreaterThan(0.97).isGreaterThanOrEqualTo(earlier[0]);
    assertThat(measure(vectors, queries, SearchOptions.of(10, 256).gamma(1e6)))
        .containsExactly(none);
  }

  @Test
  void gammaEndsFilteredSearchesToo() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 32, TestVectors.clustered(SEED, 5000, 32));
    HnswSearcher searcher = searcher(vectors);
    float[] query = TestVectors.clustered(SEED + 1, 1, 32)[0];
    NodeFilter filter = half(5000, SEED);
    SearchOptions wide = SearchOptions.of(10, 40);
    float[] nearest = distances(searcher.search(query, wide, filter));
    long before = searcher.distanceComputations();

    assertThat(distances(searcher.search(query, wide.gamma(0.2), filter))).containsExactly(nearest);
    assertThat(searcher.distanceComputations()).isLessThanOrEqualTo(2 * before);
  }

  /** Recall and distance computations per query. */
  private static double[] measure(FlatVectors vectors, float[][] queries, SearchOptions options) {
    HnswSearcher searcher = searcher(vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    long right = 0;
    for (float[] query : queries) {
      float bound = exact.search(query, 10).distance(9);
      right += count(distances(searcher.search(query, options)), bound);
    }
    return new double[] {
      right / (10.0 * queries.length), (double) searcher.distanceComputations() / queries.length
    };
  }

  @ParameterizedTest
  @EnumSource
  void wrongRangesAreRefused(Metric metric) {
    HnswSearcher searcher = searcher(FlatVectors.of(metric, new float[] {1, 2}));
    float[] query = {2, 1};

    if (metric == Metric.INNER_PRODUCT) {
      assertThat(searcher.search(query, SearchOptions.range(-4, 1)).size()).isOne();
      assertThat(searcher.search(query, SearchOptions.range(-4.5, 1)).size()).isZero();
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> searcher.search(query, SearchOptions.range(-1, 1)))
          .withMessage("maxDistance (-1.0) must be at least 0 under %s.", metric.id());
    }
  }

  @Test
  void wrongOptionsAreRefused() {
    assertRefused(() -> SearchOptions.of(0, 10), "k (0) must be at least 1.");
    assertRefused(() -> SearchOptions.of(50, 10), "ef (10) must be at least k (50).");
    assertRefused(() -> SearchOptions.range(1, 0), "ef (0) must be at least 1.");
    assertRefused(
        () -> SearchOptions.range(Double.NaN, 9), "maxDistance must be a number, not NaN.");
    assertRefused(
        () -> SearchOptions.of(5, 10).gamma(-1), "gamma (-1.0) must be a number of at least 0.");
    assertRefused(
        () -> SearchOptions.of(5, 10).gamma(Double.NaN),
        "gamma (NaN) must be a number of at least 0.");
    assertRefused(() -> SearchOptions.of(5, 10).adaptive(9), "maxEf (9) must be at least ef (10).");
    assertRefused(
        () -> SearchOptions.range(1, 10).negatives(Negatives.of(0.5, new float[1])),
        "ef (10) must be at least k (2147483647).");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  private static NodeFilter half(int size, long seed) {
    Random random = new Random(seed);
    BitSet nodes = new BitSet();
    for (int node = 0; node < size; node++) {
      nodes.set(node, random.nextBoolean());
    }
    return NodeFilter.of(nodes);
  }

  private static NodeFilter all(int size) {
    BitSet nodes = new BitSet();
    nodes.set(0, size);
    return NodeFilter.of(nodes);
  }

  private static float[] distances(Neighbors neighbors) {
    float[] distances = new float[neighbors.size()];
    for (int rank = 0; rank < distances.length; rank++) {
      distances[rank] = neighbors.distance(rank);
    }
    return distances;
  }

  private static int[] nodes(Neighbors neighbors) {
    int[] nodes = new int[neighbors.size()];
    for (int rank = 0; rank < nodes.length; rank++) {
      nodes[rank] = neighbors.node(rank);
    }
    return nodes;
  }
}
