package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.Distances;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sketches that are made when a search comes by. */
class WalkSketchesTest {
  private static final int SIZE = 600;
  private static final int DIMENSION = 48;

  private static FlatVectors vectors(Metric metric) {
    return TestVectors.flat(metric, DIMENSION, TestVectors.clustered(SEED, SIZE, DIMENSION));
  }

  private static HnswGraph graph(FlatVectors vectors) {
    return new HnswBuilder(new HnswParams(8, 40), 1).build(vectors, TestVectors.levels(0, SIZE, 8));
  }

  @ParameterizedTest(name = "{0}, seed " + SEED)
  @EnumSource(names = {"L2", "COSINE", "INNER_PRODUCT"})
  void theyTellTheSameAsThoseMadeBeforehand(Metric metric) {
    FlatVectors vectors = vectors(metric);
    HnswGraph graph = graph(vectors);
    Distances distances = vectors.distances();
    Random random = new Random(SEED);
    try (Workers<Object> workers = new Workers<>(1, Object::new)) {
      BuildSketches.Lists made = BuildSketches.of(graph, vectors, workers).new Lists();
      WalkSketches walk = WalkSketches.of(graph, vectors, SIZE);
      for (int round = 0; round < 2000; round++) {
        int from = random.nextInt(SIZE);
        int node = random.nextInt(SIZE);
        distances.fromNode(from);
        float key = distances.to(node);
        float limit = distances.to(random.nextInt(SIZE));

        assertThat(near(walk.from(from), node, key, limit))
            .as("neighbors of %d near to %d in round %d, seed %d", node, from, round, SEED)
            .isEqualTo(near(made.from(from), node, key, limit));
      }
    }
  }

  private static int[] near(SketchedLists lists, int node, float key, float limit) {
    int[] batch = new int[64];
    lists.touch(node);
    return Arrays.copyOf(batch, lists.near(node, key, limit, batch, 0));
  }

  @Test
  void someNeighborsAreTooFar() {
    FlatVectors vectors = vectors(Metric.L2);
    HnswGraph graph = graph(vectors);
    WalkSketches walk = WalkSketches.of(graph, vectors, SIZE);
    Distances distances = vectors.distances();
    int left = 0;
    int all = 0;
    for (int node = 0; node < SIZE; node++) {
      distances.fromNode((node + 1) % SIZE);
      float limit = graph.lengths(0)[graph.offset(0, (node + 1) % SIZE)];
      left += near(walk.from((node + 1) % SIZE), node, distances.to(node), limit).length;
      all += graph.degree(0, node);
    }

    assertThat(left).as("of %d, seed %d", all, SEED).isBetween(1, all / 2);
  }

  @Test
  void fewSearchesAndFewDimensionsGoWithout() {
    FlatVectors vectors = vectors(Metric.L2);
    HnswGraph graph = graph(vectors);
    FlatVectors flat = TestVectors.flat(Metric.L2, 16, TestVectors.clustered(SEED, SIZE, 16));

    assertThat(WalkSketches.of(graph, vectors, 100)).isNull();
    assertThat(WalkSketches.of(graph, vectors(Metric.L1), SIZE)).isNull();
    assertThat(WalkSketches.of(graph, flat, SIZE)).isNull();
    assertThat(WalkSketches.of(graph, vectors, SIZE)).isNotNull();
  }
}
