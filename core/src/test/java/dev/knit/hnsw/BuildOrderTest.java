package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BuildOrderTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);

  private static FlatVectors clustered(Metric metric, int size) {
    return TestVectors.flat(metric, 12, TestVectors.clustered(SEED, size, 12));
  }

  private static int[] order(InsertionOrder order, FlatVectors vectors, byte[] levels, int first) {
    try (Workers<Integer> workers = new Workers<>(2, () -> 0)) {
      return BuildOrder.of(order, vectors, levels, first, workers).nodes();
    }
  }

  @Test
  void levelsStayAndFallAndWithinThemDimensionFalls() {
    FlatVectors vectors = clustered(Metric.L2, 2000);
    byte[] levels = TestVectors.levels(0, 2000, 8);
    float[] dimensions;
    try (Workers<Integer> workers = new Workers<>(1, () -> 0)) {
      dimensions =
          LocalDimension.of(vectors, IntStream.range(0, 2000).toArray(), workers).estimates();
    }

    int[] order = order(InsertionOrder.DESCENDING_LID, vectors, levels, 0);

    assertThat(order).hasSize(2000).doesNotHaveDuplicates();
    for (int i = 1; i < order.length; i++) {
      int before = order[i - 1];
      assertThat(levels[order[i]]).isLessThanOrEqualTo(levels[before]);
      if (levels[before] == levels[order[i]]) {
        assertThat(dimensions[order[i]]).isLessThanOrEqualTo(dimensions[before]);
      }
    }
  }

  @Test
  void onlyNewNodesAreInTheOrderOfAnExtension() {
    FlatVectors vectors = clustered(Metric.L2, 1000);

    for (InsertionOrder each : InsertionOrder.values()) {
      int[] order = order(each, vectors, Levels.flat(1000), 600);
      assertThat(order).hasSize(400).doesNotHaveDuplicates();
      assertThat(Arrays.stream(order)).allSatisfy(node -> assertThat(node).isBetween(600, 999));
    }
    assertThat(order(InsertionOrder.AS_GIVEN, vectors, Levels.flat(1000), 600)).isSorted();
  }

  @ParameterizedTest
  @EnumSource
  void graphsByDimensionAreValidAndTheSameForAnyNumberOfThreads(Metric metric) {
    FlatVectors vectors = clustered(metric, 2000);
    byte[] levels = TestVectors.levels(0, 2000, 8);
    HnswBuilder one = new HnswBuilder(PARAMS, 1).order(InsertionOrder.DESCENDING_LID);
    HnswGraph expected = one.build(vectors, levels);

    GraphInvariants.assertValid(expected, vectors);
    assertThat(expected.lists(0))
        .isNotEqualTo(new HnswBuilder(PARAMS, 1).build(vectors, levels).lists(0));
    for (int threads : new int[] {2, 5}) {
      HnswBuilder many = new HnswBuilder(PARAMS, threads).order(InsertionOrder.DESCENDING_LID);
      GraphInvariants.assertSame(many.build(vectors, levels), expected);
      assertThat(many.distanceComputations()).isEqualTo(one.distanceComputations());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFlatGraphStartsAtTheMedoidAndFindsTheNearest(Metric metric) {
    FlatVectors vectors = clustered(metric, 3000);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 12);
    HnswGraph graph = new HnswBuilder(PARAMS, 1).build(vectors, Levels.flat(3000));

    GraphInvariants.assertValid(graph, vectors);
    assertThat(graph.maxLevel()).isZero();
    assertThat(graph.entryPoint()).isEqualTo(Medoid.of(vectors).node());
    GraphInvariants.assertSame(new HnswBuilder(PARAMS, 3).build(vectors, Levels.flat(3000)), graph);
    assertThat(Recall.of(graph, vectors, queries, 10, 80))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.95);
  }

  @ParameterizedTest
  @EnumSource
  void flatGraphsMergeIntoAFlatGraph(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 3000, 12);
    rows[2999] = rows[0];
    float norm = metric == Metric.INNER_PRODUCT ? TestVectors.maxNorm(rows) : 0;
    FlatVectors vectors = TestVectors.flat(metric, 12, norm, rows);
    HnswGraph[] parts = new HnswGraph[3];
    for (int i = 0; i < parts.length; i++) {
      float[][] part = Arrays.copyOfRange(rows, 1000 * i, 1000 * (i + 1));
      parts[i] =
          new HnswBuilder(PARAMS, 2)
              .build(TestVectors.flat(metric, 12, norm, part), Levels.flat(1000));
    }

    MergedGraph merged = new GraphMerger(1).merge(vectors, List.of(parts));

    assertThat(merged.graph().size()).isEqualTo(2999);
    assertThat(merged.graph().maxLevel()).isZero();
    assertThat(merged.graph().entryPoint()).isEqualTo(Medoid.of(merged.vectors()).node());
    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    GraphInvariants.assertSame(
        new GraphMerger(3).merge(vectors, List.of(parts)).graph(), merged.graph());
    assertThat(
            Recall.of(
                merged.graph(), merged.vectors(), TestVectors.clustered(SEED + 1, 200, 12), 10, 80))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void theMedoidIsNearestToTheMean() {
    float[][] line = {{0, 1}, {1, 1}, {2, 1}, {9, 1}};
    float[][] opposite = {{1, 0}, {-1, 0}};

    assertThat(Medoid.of(TestVectors.flat(Metric.L2, 2, line)).node()).isEqualTo(2);
    assertThat(Medoid.of(TestVectors.flat(Metric.COSINE, 2, opposite)))
        .as("a mean without direction")
        .isEqualTo(new Medoid(0, 0));
  }
}
