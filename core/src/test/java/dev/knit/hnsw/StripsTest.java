package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.Distances;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StripsTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);
  private static final int SIZE = 8000;
  private static final byte[] LEVELS = TestVectors.levels(0, SIZE, PARAMS.m());
  private static final float[][] ROWS = TestVectors.clustered(SEED, SIZE, 24);

  private static HnswGraph build(FlatVectors vectors, InsertionOrder order) {
    return new HnswBuilder(PARAMS, 2).order(order).build(vectors, LEVELS);
  }

  @ParameterizedTest(name = "{0}, seed " + SEED)
  @EnumSource
  void graphsAreAsGoodAsThoseByNumber(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 24, ROWS);
    float[][] queries = TestVectors.clustered(SEED + 1, 400, 24);
    HnswGraph nearby = build(vectors, InsertionOrder.NEARBY);
    HnswGraph byNumber = build(vectors, InsertionOrder.AS_GIVEN);

    GraphInvariants.assertValid(nearby, vectors);
    assertThat(nearby.lists(0)).isNotEqualTo(byNumber.lists(0));
    assertThat(Recall.of(nearby, vectors, queries, 10, 20))
        .isGreaterThan(Recall.of(byNumber, vectors, queries, 10, 20) - 0.015);
    assertThat(Recall.distances(nearby, vectors, queries, 20))
        .isLessThan((long) (1.03 * Recall.distances(byNumber, vectors, queries, 20)));
  }

  @Test
  void nodesThatFollowEachOtherLieNearEachOther() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 24, ROWS);
    HnswGraph graph = build(vectors, InsertionOrder.NEARBY);
    int[] nodes = IntStream.range(0, SIZE).filter(node -> LEVELS[node] == 0).toArray();
    int[] sorted;
    try (Workers<Inserter> workers = new Workers<>(2, () -> new Inserter(graph, vectors, PARAMS))) {
      sorted = Strips.of(graph, nodes, workers).nodes();
    }

    assertThat(Arrays.stream(sorted).sorted().toArray()).isEqualTo(nodes);
    assertThat(step(vectors, sorted)).isLessThan(0.6 * step(vectors, nodes));
  }

  private static double step(FlatVectors vectors, int[] nodes) {
    Distances distances = vectors.distances();
    double sum = 0;
    for (int i = 1; i < nodes.length; i++) {
      distances.fromNode(nodes[i - 1]);
      sum += vectors.metric().distance(distances.to(nodes[i]));
    }
    return sum / nodes.length;
  }

  /** Nodes that a run does not see would have no edges among themselves. */
  @Test
  void nodesOfOneRunSeeEachOther() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 24, ROWS);
    HnswGraph graph = build(vectors, InsertionOrder.NEARBY);
    ExactSearcher exact = new ExactSearcher(vectors);

    int found = 0;
    for (int node = 0; node < SIZE; node += 8) {
      int nearest = exact.search(ROWS[node], 2).node(1);
      found += graph.isNeighbor(0, node, nearest) || graph.isNeighbor(0, nearest, node) ? 1 : 0;
    }

    assertThat(found).isGreaterThan(SIZE / 8 * 95 / 100);
  }

  @Test
  void extensionsOfFlatAndOfOtherGraphsAreValid() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 24, ROWS);
    float norm = TestVectors.maxNorm(ROWS);
    FlatVectors some = TestVectors.flat(Metric.L2, 24, norm, Arrays.copyOf(ROWS, 1000));
    HnswBuilder builder = new HnswBuilder(PARAMS, 2);

    HnswGraph flat = builder.build(some, Levels.flat(1000));
    GraphInvariants.assertValid(builder.extend(flat, vectors, Levels.flat(SIZE)), vectors);
    byte[] levels = Levels.flat(SIZE);
    System.arraycopy(LEVELS, 0, levels, 0, 1000);
    HnswGraph base = builder.build(some, Arrays.copyOf(LEVELS, 1000));
    GraphInvariants.assertValid(builder.extend(base, vectors, levels), vectors);
  }
}
