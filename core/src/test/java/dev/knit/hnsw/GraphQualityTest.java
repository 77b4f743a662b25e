package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphQualityTest {
  private static final int M = 8;

  private static HnswGraph build(VectorValues vectors) {
    return new HnswBuilder(new HnswParams(M, 40), 2)
        .build(vectors, TestVectors.levels(0, vectors.size(), M));
  }

  private static FlatVectors clustered(Metric metric, int size) {
    return TestVectors.flat(metric, 12, TestVectors.clustered(SEED, size, 12));
  }

  /** Nodes on a line, at these places. */
  private static FlatVectors line(float... places) {
    float[][] vectors = new float[places.length][];
    Arrays.setAll(vectors, i -> new float[] {places[i]});
    return TestVectors.flat(Metric.L2, 1, vectors);
  }

  /** Each node leads to these. */
  private static HnswGraph lists(int m, int[]... neighbors) {
    HnswGraph graph = new HnswGraph(m, new byte[neighbors.length]);
    for (int node = 0; node < neighbors.length; node++) {
      graph.replace(0, node, neighbors[node], new float[2 * m], neighbors[node].length);
    }
    graph.entryPoint(0);
    return graph;
  }

  @Test
  void linksAreCountedFromBothEnds() {
    HnswGraph graph = lists(2, new int[] {1, 2}, new int[] {0, 2}, new int[] {1}, new int[] {2});

    GraphQuality quality = GraphQuality.of(graph, line(0, 1, 2, 3), QualityOptions.DEFAULT);

    GraphQuality.Level level = quality.levels().get(0);
    assertThat(quality.levels()).hasSize(1);
    assertThat(level.nodes()).isEqualTo(4);
    assertThat(level.expectedNodes()).isEqualTo(4);
    assertThat(level.unreachable()).isEqualTo(1);
    assertThat(level.withoutIncoming()).isEqualTo(1);
    assertThat(level.degree())
        .isEqualTo(
            new Distribution(
                1,
                1.5,
                1,
                2,
                2,
                2,
                List.of(new Distribution.Bucket(1, 1, 2), new Distribution.Bucket(2, 2, 2))));
    assertThat(level.inDegree())
        .isEqualTo(
            new Distribution(
                0,
                1.5,
                1,
                3,
                3,
                3,
                List.of(
                    new Distribution.Bucket(0, 0, 1),
                    new Distribution.Bucket(1, 1, 1),
                    new Distribution.Bucket(2, 3, 2))));
    assertThat(level.hubShare()).as("node 2 has 3 of 6 links").isEqualTo(0.5);
  }

  @Test
  void aDirectRouteHasNoDistortionAndADetourHas() {
    FlatVectors places = line(0, 1, 2);
    int[][] direct = {{1}, {0, 2}, {1}};
    FlatVectors corner =
        TestVectors.flat(Metric.L2, 2, new float[] {0, 0}, new float[] {1, 1}, new float[] {2, 0});

    assertThat(GraphQuality.of(lists(2, direct), places, QualityOptions.DEFAULT).routes())
        .returns(3, GraphQuality.Routes::pairs)
        .returns(3, GraphQuality.Routes::arrived)
        .returns(1.0, GraphQuality.Routes::distortion);
    for (long seed = 0; seed < 20; seed++) {
      GraphQuality.Routes routes =
          GraphQuality.of(lists(2, direct), corner, QualityOptions.DEFAULT.seed(seed)).routes();
      long twoHops = Math.round(routes.hops() * 3) - 3;
      assertThat(routes.distortion())
          .as("seed %d: √2 over the corner", seed)
          .isCloseTo((3 - twoHops + twoHops * Math.sqrt(2)) / 3, within(1e-6));
    }
  }

  @Test
  void aRouteEndsWhereNoNeighborIsNearer() {
    HnswGraph apart = lists(2, new int[] {1}, new int[] {0}, new int[] {3}, new int[] {2});

    GraphQuality quality = GraphQuality.of(apart, line(0, 1, 10, 11), QualityOptions.DEFAULT);

    assertThat(quality.routes().pairs()).isEqualTo(4);
    assertThat(quality.routes().arrived()).isLessThan(4);
    assertThat(quality.recall().recall()).as("half cannot be found").isLessThan(0.7);
    assertThat(quality.levels().get(0).unreachable()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void aBuiltGraphIsWhatItsPartsSay(Metric metric) {
    FlatVectors vectors = clustered(metric, 3000);
    HnswGraph graph = build(vectors);

    GraphQuality quality = GraphQuality.of(graph, vectors, QualityOptions.DEFAULT);

    assertThat(quality.nodes()).isEqualTo(3000);
    assertThat(quality.levels()).hasSize(graph.maxLevel() + 1);
    for (GraphQuality.Level level : quality.levels()) {
      GraphReport.Level checked = GraphCheck.of(graph).levels().get(level.level());
      assertThat(level.degree().mean()).isCloseTo(checked.meanDegree(), within(1e-9));
      assertThat(level.inDegree().mean()).isCloseTo(checked.meanDegree(), within(1e-9));
      assertThat(level.degree().max()).isEqualTo(checked.maxDegree());
      for (Distribution each : List.of(level.degree(), level.inDegree())) {
        assertThat(each.histogram().stream().mapToInt(Distribution.Bucket::nodes).sum())
            .isEqualTo(level.nodes());
      }
      assertThat(level.unreachable()).isZero();
      assertThat(level.hubShare()).isBetween(0.0, 1.0);
    }
    assertThat(quality.levels().get(1).nodes()).isBetween(250, 500);
    assertThat(quality.levels().get(1).expectedNodes()).isEqualTo(375);
    assertThat(quality.routes().pairs()).isEqualTo(1000);
    assertThat(quality.routes().arrived()).isBetween(1, 1000);
    assertThat(quality.routes().distortion()).isGreaterThanOrEqualTo(0.999);
    assertThat(quality.recall().recall()).isBetween(0.9, 1.0);
    assertThat(quality.recall().distancesPerQuery()).isBetween(64.0, 3000.0);
  }

  @ParameterizedTest
  @EnumSource
  void estimatesScatterAroundTheRecallOfAllNodesAsTheirErrorSays(Metric metric) {
    FlatVectors vectors = clustered(metric, 2000);
    HnswGraph graph = build(vectors);
    QualityOptions options = QualityOptions.DEFAULT.search(5, 6);
    int samples = 60;

    GraphQuality.Recall all = GraphQuality.of(graph, vectors, options.queries(2000)).recall();
    assertThat(all.standardError()).isZero();
    double sum = 0;
    double squares = 0;
    double errors = 0;
    for (long seed = 0; seed < samples; seed++) {
      GraphQuality.Recall some = GraphQuality.of(graph, vectors, options.seed(seed)).recall();
      sum += some.recall() - all.recall();
      squares += Math.pow(some.recall() - all.recall(), 2);
      errors += some.standardError();
    }
    double scatter = Math.sqrt(squares / samples);
    assertThat(sum / samples).isBetween(-scatter / 2, scatter / 2);
    assertThat(errors / samples).isBetween(0.7 * scatter, 1.4 * scatter);
  }

  @Test
  void queriesMayBeGiven() {
    FlatVectors vectors = clustered(Metric.L2, 2000);
    HnswGraph graph = build(vectors);
    float[][] queries = TestVectors.clustered(SEED + 1, 100, 12);
    QualityOptions options = QualityOptions.DEFAULT.search(5, 8);

    GraphQuality.Recall recall = GraphQuality.of(graph, vectors, options, queries).recall();

    assertThat(recall.queries()).isEqualTo(100);
    assertThat(recall.recall()).isCloseTo(Recall.of(graph, vectors, queries, 5, 8), within(1e-9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphQuality.of(graph, vectors, options, new float[1][12]))
        .withMessage("The sample (1) must have at least 2 queries, to tell its error.");
  }

  @Test
  void quantizedGraphsAreJudgedByExactDistances() {
    VectorValues vectors = Quantization.INT8.apply(clustered(Metric.L2, 1500));
    HnswGraph graph = build(vectors);

    GraphQuality quality = GraphQuality.of(graph, vectors, QualityOptions.DEFAULT);

    assertThat(quality.recall().recall()).isBetween(0.9, 1.0);
    assertThat(quality.routes().arrived()).isPositive();
  }

  @Test
  void theSameSeedGivesTheSameReport() {
    FlatVectors vectors = clustered(Metric.L2, 2000);
    HnswGraph graph = build(vectors);
    QualityOptions options = QualityOptions.DEFAULT.search(10, 10);

    GraphQuality quality = GraphQuality.of(graph, vectors, options);

    assertThat(GraphQuality.of(graph, vectors, options)).isEqualTo(quality);
    assertThat(GraphQuality.of(graph, vectors, options.seed(1)).recall())
        .isNotEqualTo(quality.recall());
  }

  @Test
  void emptyGraphsAndThoseOfOneNodeHaveNoSamples() {
    GraphQuality none =
        GraphQuality.of(HnswGraph.empty(M), clustered(Metric.L2, 0), QualityOptions.DEFAULT);
    GraphQuality one = GraphQuality.of(build(line(3)), line(3), QualityOptions.DEFAULT);

    assertThat(none.levels()).isEmpty();
    assertThat(none.entryPoint()).isEqualTo(-1);
    assertThat(none.recall()).isNull();
    assertThat(one.levels().get(0).nodes()).isEqualTo(1);
    assertThat(one.levels().get(0).hubShare()).isZero();
    assertThat(one.routes()).isNull();
    assertThat(one.recall()).isNull();
  }

  @Test
  void kMayBeMoreThanThereAreNodes() {
    FlatVectors vectors = line(0, 1, 5);
    QualityOptions most = QualityOptions.DEFAULT.search(Integer.MAX_VALUE, Integer.MAX_VALUE);

    assertThat(GraphQuality.of(build(vectors), vectors, most).recall().recall()).isEqualTo(1);
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityOptions.DEFAULT.queries(1))
        .withMessage("The sample (1) must have at least 2 queries, to tell its error.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityOptions.DEFAULT.pairs(0))
        .withMessage("pairs (0) must be at least 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QualityOptions.DEFAULT.search(10, 9))
        .withMessage("ef (9) must be at least k (10).");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphQuality.of(build(line(0, 1)), line(0, 1, 2), QualityOptions.DEFAULT))
        .withMessage("There are 3 vectors for 2 nodes.");
  }
}
