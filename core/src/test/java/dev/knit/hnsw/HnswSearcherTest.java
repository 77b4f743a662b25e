package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HnswSearcherTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);

  private static HnswGraph build(FlatVectors vectors) {
    return new HnswBuilder(PARAMS, 2)
        .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
  }

  @Property(tries = 60, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void aBeamAsWideAsTheGraphIsExact(
      @ForAll @IntRange(min = 1, max = 600) int size,
      @ForAll @IntRange(min = 2, max = 16) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 1, max = 50) int k,
      @ForAll @IntRange(max = 1000) int wider,
      @ForAll long seed) {
    float[][] rows = TestVectors.clustered(seed, size, dimension);
    FlatVectors vectors = TestVectors.flat(metric, dimension, rows);
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);

    for (float[] query : TestVectors.clustered(seed + 1, 5, dimension)) {
      Neighbors expected = exact.search(query, k);
      Neighbors found = searcher.search(query, k, Math.max(k, size) + wider);

      assertThat(found.size()).isEqualTo(expected.size()).isEqualTo(Math.min(k, size));
      for (int rank = 0; rank < found.size(); rank++) {
        assertThat(found.node(rank)).isEqualTo(expected.node(rank));
        assertThat(found.distance(rank)).isEqualTo(expected.distance(rank));
      }
    }
  }

  /** The oracle itself, against arithmetic in doubles. */
  @ParameterizedTest
  @EnumSource
  void exactSearchIsWhatSortingByTheDefinitionGives(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 700, 13);
    FlatVectors vectors = TestVectors.flat(metric, 13, rows);
    ExactSearcher exact = new ExactSearcher(vectors);

    for (float[] query : TestVectors.clustered(SEED + 1, 20, 13)) {
      double[] sorted =
          Arrays.stream(rows).mapToDouble(row -> reference(metric, query, row)).toArray();
      Arrays.sort(sorted);
      Neighbors found = exact.search(query, 300);

      assertThat(found.size()).isEqualTo(300);
      for (int rank = 0; rank < 300; rank++) {
        double tolerance = 1e-5 * Math.max(1, Math.abs(sorted[rank]));
        assertThat((double) found.distance(rank))
            .isBetween(sorted[rank] - tolerance, sorted[rank] + tolerance);
        assertThat(reference(metric, query, rows[found.node(rank)]))
            .isBetween(sorted[rank] - tolerance, sorted[rank] + tolerance);
      }
    }
    assertThat(exact.distanceComputations()).isEqualTo(20 * 700);
  }

  private static double reference(Metric metric, float[] x, float[] y) {
    double dot = 0;
    double xx = 0;
    double yy = 0;
    double l1 = 0;
    for (int d = 0; d < x.length; d++) {
      dot += (double) x[d] * y[d];
      xx += (double) x[d] * x[d];
      yy += (double) y[d] * y[d];
      l1 += Math.abs((double) x[d] - y[d]);
    }
    return switch (metric) {
      case L2 -> Math.sqrt(Math.max(0, xx + yy - 2 * dot));
      case COSINE -> 1 - dot / Math.sqrt(xx * yy);
      case INNER_PRODUCT -> -dot;
      case L1 -> l1;
    };
  }

  @Test
  void tiesGoToTheLowerNode() {
    int dimension = 10;
    float[][] rows = new float[2 * dimension][dimension];
    for (int i = 0; i < rows.length; i++) {
      rows[i][i % dimension] = i < dimension ? 1 : -1; // all at distance 1 from the origin
    }
    FlatVectors vectors = TestVectors.flat(Metric.L2, dimension, rows);
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);

    for (int k = 1; k <= rows.length; k++) {
      Neighbors found = searcher.search(new float[dimension], k, rows.length);
      Neighbors expected = exact.search(new float[dimension], k);
      assertThat(found.size()).isEqualTo(k);
      for (int rank = 0; rank < k; rank++) {
        assertThat(found.node(rank)).isEqualTo(rank);
        assertThat(expected.node(rank)).isEqualTo(rank);
      }
    }
  }

  @Test
  void nodesAreFoundOnceAndNearestFirst() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, TestVectors.clustered(SEED, 2000, 8));
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);

    for (float[] query : TestVectors.clustered(SEED + 1, 300, 8)) {
      Neighbors found = searcher.search(query, 20, 30);
      int[] nodes = new int[found.size()];
      float[] distances = new float[found.size()];
      for (int rank = 0; rank < nodes.length; rank++) {
        nodes[rank] = found.node(rank);
        distances[rank] = found.distance(rank);
      }
      assertThat(nodes).hasSize(20).doesNotHaveDuplicates();
      assertThat(distances).isSorted();
    }
    assertThat(searcher.distanceComputations()).isBetween(300L * 20, 300L * 2000);
  }

  @Test
  void aWiderBeamFindsMore() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 32, TestVectors.clustered(SEED, 4000, 32));
    HnswGraph graph = build(vectors);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 32);

    double narrow = Recall.of(graph, vectors, queries, 10, 10);
    double wide = Recall.of(graph, vectors, queries, 10, 200);

    assertThat(wide).as("seed %d", SEED).isGreaterThan(narrow).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void aResultHoldsUntilTheNextSearchOfItsSearcherOnly() {
    FlatVectors vectors =
        FlatVectors.of(Metric.L2, new float[] {0}, new float[] {10}, new float[] {20});
    HnswGraph graph = build(vectors);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    HnswSearcher other = new HnswSearcher(graph, vectors);

    Neighbors first = searcher.search(new float[] {1}, 1, 3);
    other.search(new float[] {19}, 3, 3);
    assertThat(first.node(0)).isZero();
    assertThat(first.distance(0)).isEqualTo(1);
    Neighbors second = searcher.search(new float[] {19}, 2, 3);

    assertThat(second).isSameAs(first);
    assertThat(first.size()).isEqualTo(2);
    assertThat(first.node(0)).isEqualTo(2);
  }

  @Test
  void wrongArgumentsAreRefusedAndTheSearcherGoesOn() {
    FlatVectors vectors = FlatVectors.of(Metric.COSINE, new float[] {0, 1}, new float[] {1, 0});
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    float[] query = {1, 0.1f};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(query, 0, 10))
        .withMessage("k (0) must be at least 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(query, 50, 10))
        .withMessage("ef (10) must be at least k (50).");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exact.search(query, -1))
        .withMessage("k (-1) must be at least 1.");
    assertQueryRefused(
        searcher,
        exact,
        new float[] {0, Float.NaN},
        "Vector has NaN at position 1; every value must be finite.");
    assertQueryRefused(
        searcher, exact, new float[3], "Vector has dimension 3, but 2 was expected.");
    assertQueryRefused(
        searcher,
        exact,
        new float[2],
        "Vector is all zero, which has no direction for cosine; remove it or use another metric.");
    assertThat(searcher.search(query, 1, 1).node(0)).isEqualTo(1);
    assertThat(exact.search(query, 1).node(0)).isEqualTo(1);
  }

  private static void assertQueryRefused(
      HnswSearcher searcher, ExactSearcher exact, float[] query, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(query, 1, 1))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exact.search(query, 1))
        .withMessage(message);
  }

  @Test
  void theLargestWidthIsAsGoodAsExact() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, TestVectors.clustered(SEED, 300, 8));
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);

    Neighbors found = searcher.search(new float[8], Integer.MAX_VALUE, Integer.MAX_VALUE);

    assertThat(found.size()).isEqualTo(300);
  }

  @ParameterizedTest(name = "sketched {0}")
  @ValueSource(booleans = {false, true})
  void warmSearchesAllocateNothing(boolean sketched) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FlatVectors vectors = TestVectors.flat(Metric.L2, 16, TestVectors.clustered(SEED, 1000, 16));
    HnswGraph graph = build(vectors);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    if (sketched) {
      searcher.sketched(EdgeSketches.of(graph, vectors, 1));
    }
    float[][] queries = TestVectors.clustered(SEED + 1, 100, 16);
    int[] widths = {50, 10, 33};
    long thread = Thread.currentThread().getId();

    // Until the kernels are compiled, the Vector API boxes: the best of some rounds counts.
    long least = Long.MAX_VALUE;
    Random random = new Random(SEED);
    for (int round = 0; round < 8 && least > 10_000; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 10_000; i++) {
        searcher.search(queries[random.nextInt(queries.length)], 10, widths[i % 3]);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(least).as("bytes in 10,000 searches").isLessThanOrEqualTo(10_000);
  }

  @Test
  void oneGraphServesManyThreads() throws InterruptedException {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, TestVectors.clustered(SEED, 1000, 8));
    HnswGraph graph = build(vectors);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 8);
    double[] recalls = new double[4];
    Thread[] threads = new Thread[recalls.length];
    for (int i = 0; i < threads.length; i++) {
      int at = i;
      threads[i] = new Thread(() -> recalls[at] = Recall.of(graph, vectors, queries, 10, 20));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(recalls).containsOnly(Recall.of(graph, vectors, queries, 10, 20));
  }
}
