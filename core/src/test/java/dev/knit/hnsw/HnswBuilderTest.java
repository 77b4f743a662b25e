package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HnswBuilderTest {
  private static final HnswParams PARAMS = new HnswParams(12, 60);

  private static HnswGraph build(FlatVectors vectors, HnswParams params, int threads) {
    return new HnswBuilder(params, threads)
        .build(vectors, TestVectors.levels(0, vectors.size(), params.m()));
  }

  @Property(
      tries = 60,
      seed = "20261121",
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.BOUNDED)
  void everyGraphIsValid(
      @ForAll @IntRange(max = 2000) int size,
      @ForAll @IntRange(min = 2, max = 24) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 32) int m,
      @ForAll @IntRange(min = 1, max = 60) int efConstruction,
      @ForAll long seed) {
    FlatVectors vectors =
        TestVectors.flat(metric, dimension, TestVectors.clustered(seed, size, dimension));

    HnswGraph graph = build(vectors, new HnswParams(m, efConstruction), 2);

    assertThat(graph.size()).isEqualTo(size);
    assertThat(graph.m()).isEqualTo(m);
    GraphInvariants.assertValid(graph, vectors);
  }

  /** On a line, rounded to few values, most vectors have copies and most distances have ties. */
  @Property(tries = 20, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void graphsOverCopiesAndTiesAreValid(
      @ForAll @IntRange(max = 500) int size,
      @ForAll @IntRange(min = 1, max = 40) int values,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 8) int m,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[size][];
    Arrays.setAll(rows, i -> new float[] {1 + random.nextInt(values)});
    FlatVectors vectors = TestVectors.flat(metric, 1, rows);

    GraphInvariants.assertValid(build(vectors, new HnswParams(m, 20), 2), vectors);
  }

  @ParameterizedTest
  @EnumSource
  void theGraphIsTheSameForAnyNumberOfThreads(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 12, TestVectors.clustered(SEED, 3000, 12));
    HnswParams params = new HnswParams(8, 40);
    HnswBuilder one = new HnswBuilder(params, 1);
    HnswGraph expected = one.build(vectors, TestVectors.levels(0, 3000, 8));
    assertThat(one.distanceComputations()).isGreaterThan(3000);

    for (int threads : new int[] {2, 3, 8}) {
      HnswBuilder many = new HnswBuilder(params, threads);
      HnswGraph graph = many.build(vectors, TestVectors.levels(0, 3000, 8));

      GraphInvariants.assertSame(graph, expected);
      assertThat(many.distanceComputations()).isEqualTo(one.distanceComputations());
    }
  }

  @ParameterizedTest
  @EnumSource
  void searchesFindTheNearest(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 24, TestVectors.clustered(SEED, 4000, 24));
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 24);

    HnswGraph graph = build(vectors, HnswParams.DEFAULT, 2);

    assertThat(Recall.of(graph, vectors, queries, 10, 100))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.97);
  }

  @ParameterizedTest
  @EnumSource
  void anExtendedGraphIsAsGoodAsOneBuiltAtOnce(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 3000, 16);
    float norm = TestVectors.maxNorm(rows);
    FlatVectors half = TestVectors.flat(metric, 16, norm, Arrays.copyOf(rows, 1500));
    FlatVectors vectors = TestVectors.flat(metric, 16, norm, rows);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 16);
    HnswGraph base = build(half, PARAMS, 2);
    int[] before = base.lists(0).clone();

    HnswGraph graph =
        new HnswBuilder(PARAMS, 2).extend(base, vectors, TestVectors.levels(0, 3000, PARAMS.m()));

    GraphInvariants.assertValid(graph, vectors);
    assertThat(base.lists(0)).as("the base is copied").isEqualTo(before);
    double atOnce = Recall.of(build(vectors, PARAMS, 2), vectors, queries, 10, 40);
    assertThat(Recall.of(graph, vectors, queries, 10, 40))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(atOnce - 0.02);
  }

  @Test
  void extendingByNothingChangesNothing() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, TestVectors.clustered(SEED, 500, 8));
    HnswGraph base = build(vectors, PARAMS, 1);

    HnswGraph graph =
        new HnswBuilder(PARAMS, 1).extend(base, vectors, TestVectors.levels(0, 500, PARAMS.m()));

    GraphInvariants.assertSame(graph, base);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theSmallestGraphsAreCompleteAndAnswerForAnyK(int size) {
    float[][] rows = TestVectors.clustered(SEED, size, 5);
    FlatVectors vectors = TestVectors.flat(Metric.L2, 5, rows);

    HnswGraph graph = build(vectors, PARAMS, 3);

    GraphInvariants.assertValid(graph, vectors);
    assertThat(graph.entryPoint()).isEqualTo(size == 0 ? -1 : graph.entryPoint()).isLessThan(size);
    for (int node = 0; node < size; node++) {
      assertThat(graph.neighbors(0, node)).hasSizeBetween(Math.min(1, size - 1), size - 1);
    }
    Neighbors found = new HnswSearcher(graph, vectors).search(new float[5], 10, 10);
    Neighbors exact = new ExactSearcher(vectors).search(new float[5], 10);
    assertThat(found.size()).isEqualTo(exact.size()).isEqualTo(size);
    for (int rank = 0; rank < size; rank++) {
      assertThat(found.node(rank)).isEqualTo(exact.node(rank));
    }
  }

  @Test
  void theEntryPointIsTheLowestNodeOfTheHighestLevel() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 50, 4));
    byte[] levels = new byte[50];
    levels[20] = 2;
    levels[31] = 5;
    levels[40] = 5;

    HnswGraph graph = new HnswBuilder(PARAMS, 1).build(vectors, levels);

    assertThat(graph.entryPoint()).isEqualTo(31);
    assertThat(graph.maxLevel()).isEqualTo(5);
    assertThat(graph.neighbors(5, 31)).containsExactly(40);
    GraphInvariants.assertValid(graph, vectors);
  }

  @Test
  void progressCountsUpToAllNodes() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 700, 4));
    List<Integer> steps = new ArrayList<>();

    new HnswBuilder(PARAMS, 2, steps::add).build(vectors, TestVectors.levels(0, 700, PARAMS.m()));

    assertThat(steps).isSorted().doesNotHaveDuplicates().endsWith(700);
  }

  @Test
  void wrongArgumentsAreRefused() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 10, 4));
    HnswGraph base = build(vectors, PARAMS, 1);
    HnswBuilder builder = new HnswBuilder(PARAMS, 1);
    byte[] levels = base.levels();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswBuilder(PARAMS, 0))
        .withMessage("threads (0) must be at least 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.build(vectors, new byte[9]))
        .withMessage("There are 9 levels for 10 vectors.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswBuilder(new HnswParams(5, 60), 1).extend(base, vectors, levels))
        .withMessage(
            "A graph with m 12 does not go with one with m 5; build both with the same m.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.extend(base.withoutLengths(), vectors, levels))
        .withMessage("The graph was stored without lengths.");
  }

  @Test
  void levelsThatAreNotThoseOfTheBaseAreRefused() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 200, 4));
    HnswGraph base = build(vectors, PARAMS, 1);
    HnswBuilder builder = new HnswBuilder(PARAMS, 1);
    byte[] others = base.levels().clone();
    others[7]++;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.extend(base, vectors, others))
        .withMessage("Node 7 is on level %d, not %d.", base.level(7), others[7]);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder.extend(
                    base,
                    TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 100, 4)),
                    Arrays.copyOf(base.levels(), 100)))
        .withMessage("There are 100 vectors for a graph of 200 nodes.");
  }

  @Test
  void anInterruptEndsABuild() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 2000, 4));

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> build(vectors, PARAMS, 2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Interrupted while building a graph.");
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
  }
}
