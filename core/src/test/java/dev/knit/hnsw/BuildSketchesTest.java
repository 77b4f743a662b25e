package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sketches that are kept while a graph is built. */
class BuildSketchesTest {
  private static final HnswParams PARAMS = new HnswParams(8, 60);
  private static final int DIMENSION = 64;
  private static final int SIZE = 6000;

  private static FlatVectors vectors(Metric metric, int size) {
    Random random = new Random(SEED);
    float[][] rows = new float[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = TestVectors.gaussian(random, DIMENSION);
    }
    return TestVectors.flat(metric, DIMENSION, rows);
  }

  private static byte[] levels(int size) {
    return TestVectors.levels(0, size, PARAMS.m());
  }

  @ParameterizedTest(name = "{0}, seed " + SEED)
  @EnumSource(names = {"L2", "COSINE", "INNER_PRODUCT"})
  void graphsAreAsGoodForFarFewerDistances(Metric metric) {
    FlatVectors vectors = vectors(metric, SIZE);
    HnswBuilder sketched = new HnswBuilder(PARAMS, 2);
    HnswBuilder plain = new HnswBuilder(PARAMS, 2).withoutSketches();
    HnswGraph graph = sketched.build(vectors, levels(SIZE));
    HnswGraph expected = plain.build(vectors, levels(SIZE));
    float[][] queries = new float[200][];
    Random random = new Random(SEED + 1);
    Arrays.setAll(queries, i -> TestVectors.gaussian(random, DIMENSION));

    assertThat(sketched.distanceComputations())
        .isLessThan((long) (0.8 * plain.distanceComputations()));
    assertThat(Recall.of(graph, vectors, queries, 10, 100))
        .isGreaterThan(Recall.of(expected, vectors, queries, 10, 100) - 0.02);
    assertThat(GraphCheck.of(graph, vectors).problems()).isEmpty();
  }

  @Test
  void theGraphIsTheSameForAnyNumberOfThreads() {
    FlatVectors vectors = vectors(Metric.L2, SIZE);
    HnswGraph one = new HnswBuilder(PARAMS, 1).build(vectors, levels(SIZE));
    HnswGraph three = new HnswBuilder(PARAMS, 3).build(vectors, levels(SIZE));

    assertThat(three.lists(0)).isEqualTo(one.lists(0));
    assertThat(three.lists(1)).isEqualTo(one.lists(1));
  }

  @Test
  void blocksHoldTheEndsOfTheirListsHoweverTheseChange() {
    FlatVectors vectors = vectors(Metric.L2, 500);
    HnswGraph graph = new HnswBuilder(PARAMS, 1).build(vectors, levels(500));
    try (Workers<Object> workers = new Workers<>(2, Object::new)) {
      BuildSketches sketches = BuildSketches.of(graph, vectors, workers);
      BuildSketches.Lists lists = sketches.new Lists();
      Random random = new Random(SEED);
      for (int round = 0; round < 200; round++) {
        int node = random.nextInt(500);
        change(graph, node, random);
        lists.update(node);
        lists.write();

        assertThat(sketches.ends(node))
            .as("ends of node %d in round %d, seed %d", node, round, SEED)
            .containsExactlyInAnyOrderElementsOf(neighbors(graph, node));
      }
    }
  }

  private static void change(HnswGraph graph, int node, Random random) {
    int count = random.nextInt(graph.slots(0) + 1);
    int[] nodes = random.ints(0, 500).filter(n -> n != node).distinct().limit(count).toArray();
    int[] old = graph.neighbors(0, node);
    for (int i = 0; i < Math.min(count, old.length); i += 2) {
      int kept = old[i];
      nodes[i] = Arrays.stream(nodes).anyMatch(n -> n == kept) ? nodes[i] : kept;
    }
    graph.replace(0, node, nodes, new float[count], count);
  }

  private static List<Integer> neighbors(HnswGraph graph, int node) {
    return Arrays.stream(graph.neighbors(0, node)).boxed().toList();
  }

  @Test
  void smallAndFewAdditionsGoWithout() {
    FlatVectors vectors = vectors(Metric.L2, 10);
    assertThat(BuildSketches.pay(vectors, 0, 5000)).isTrue();
    assertThat(BuildSketches.pay(vectors, 0, 500)).isFalse();
    assertThat(BuildSketches.pay(vectors, 100_000, 5000)).isFalse();
    assertThat(BuildSketches.pay(vectors(Metric.L1, 10), 0, 5000)).isFalse();
  }
}
