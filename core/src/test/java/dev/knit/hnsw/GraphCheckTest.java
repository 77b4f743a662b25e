package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import org.junit.jupiter.api.Test;

/** Small graphs with one fault each; the vector of node n is the number n on a line. */
class GraphCheckTest {
  private static final int M = 2;

  /** Nodes 0 – 1 – 2 – 3 in a row. */
  private static HnswGraph path() {
    HnswGraph graph = new HnswGraph(M, new byte[] {0, 1, 0, 1});
    link(graph, 0, 0, 1);
    link(graph, 0, 1, 0, 2);
    link(graph, 0, 2, 1, 3);
    link(graph, 0, 3, 2);
    link(graph, 1, 1, 3);
    link(graph, 1, 3, 1);
    graph.enterAtHighest();
    return graph;
  }

  private static void link(HnswGraph graph, int level, int node, int... neighbors) {
    float[] lengths = new float[neighbors.length];
    for (int i = 0; i < neighbors.length; i++) {
      lengths[i] = Math.abs(neighbors[i] - node);
    }
    graph.replace(level, node, neighbors, lengths, neighbors.length);
  }

  private static FlatVectors line(int count) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = new float[] {i};
    }
    return TestVectors.flat(Metric.L1, 1, vectors);
  }

  @Test
  void aValidGraphHasNoProblems() {
    GraphReport report = GraphCheck.of(path(), line(4));

    assertThat(report.problems()).isEmpty();
    assertThat(report.nodes()).isEqualTo(4);
    assertThat(report.entryPoint()).isEqualTo(1);
    GraphReport.Level bottom = report.levels().get(0);
    assertThat(bottom.nodes()).isEqualTo(4);
    assertThat(bottom.minDegree()).isEqualTo(1);
    assertThat(bottom.meanDegree()).isCloseTo(1.5, within(1e-12));
    assertThat(bottom.maxDegree()).isEqualTo(2);
    assertThat(report.levels().get(1).nodes()).isEqualTo(2);
  }

  @Test
  void theEmptyGraphHasNoLevelsAndNoProblems() {
    GraphReport report = GraphCheck.of(new HnswGraph(M, new byte[0]));

    assertThat(report.problems()).isEmpty();
    assertThat(report.levels()).isEmpty();
    assertThat(report.entryPoint()).isEqualTo(-1);
  }

  @Test
  void unreachableNodesAreCountedPerLevel() {
    HnswGraph graph = path();
    link(graph, 0, 2, 1);
    link(graph, 1, 1);

    GraphReport report = GraphCheck.of(graph);

    assertThat(report.problems())
        .containsExactly(
            "On level 0, 1 of 4 nodes cannot be reached from entry point 1.",
            "On level 1, 1 of 2 nodes cannot be reached from entry point 1.");
    assertThat(report.levels().get(0).withoutIncoming()).isEqualTo(1);
  }

  @Test
  void anIslandIsUnreachableThoughItsNodesPointToEachOther() {
    HnswGraph graph = path();
    link(graph, 0, 1, 0);

    GraphReport.Level bottom = GraphCheck.of(graph).levels().get(0);

    assertThat(bottom.unreachable()).isEqualTo(2);
    assertThat(bottom.withoutIncoming()).isZero();
  }

  @Test
  void nodesAboveTheEntryPointAreUnreachable() {
    HnswGraph graph = path();
    graph.entryPoint(0);

    assertThat(GraphCheck.of(graph).problems())
        .containsExactly("On level 1, 2 of 2 nodes cannot be reached from entry point 0.");
  }

  @Test
  void selfLinksAndDuplicatesAreFound() {
    HnswGraph graph = path();
    link(graph, 0, 0, 0, 1, 1);

    assertThat(GraphCheck.of(graph).problems())
        .containsExactly(
            "On level 0, 1 links lead from a node to itself.",
            "On level 0, 1 links stand twice in their list.");
  }

  @Test
  void linksToNodesThatAreNotOnTheLevelAreFound() {
    HnswGraph graph = path();
    link(graph, 1, 3, 1, 0);
    link(graph, 0, 3, 2, 9);

    assertThat(GraphCheck.of(graph, line(4)).problems())
        .containsExactly(
            "On level 0, 1 links lead to nodes that do not exist or are not on this level.",
            "On level 1, 1 links lead to nodes that do not exist or are not on this level.");
  }

  @Test
  void listsThatGoOnBehindTheirEndAreFound() {
    HnswGraph graph = path();
    graph.lists(0)[graph.offset(0, 0) + 2] = 3;

    assertThat(GraphCheck.of(graph).problems())
        .containsExactly("On level 0, 1 lists go on behind their end.");
  }

  @Test
  void listsOutOfOrderAreFoundByLengths() {
    HnswGraph graph = path();
    link(graph, 0, 0, 3, 1);

    assertThat(GraphCheck.of(graph).problems())
        .containsExactly("On level 0, 1 lists are not nearest first.");
  }

  @Test
  void listsOutOfOrderAreFoundByVectorsWhenThereAreNoLengths() {
    HnswGraph graph = path();
    link(graph, 0, 0, 3, 1);

    assertThat(GraphCheck.of(graph.withoutLengths()).problems()).isEmpty();
    assertThat(GraphCheck.of(graph.withoutLengths(), line(4)).problems())
        .containsExactly("On level 0, 1 lists are not nearest first.");
  }

  @Test
  void lengthsThatAreNotDistancesAreFound() {
    HnswGraph graph = path();
    graph.lengths(0)[graph.offset(0, 3)] = 1.001f;

    assertThat(GraphCheck.of(graph).problems()).isEmpty();
    assertThat(GraphCheck.of(graph, line(4)).problems())
        .containsExactly(
            "On level 0, 1 links have a length that is not the distance between their vectors.");
  }

  @Test
  void moreVectorsThanNodesAreAProblem() {
    assertThat(GraphCheck.of(path(), line(5)).problems())
        .containsExactly("There are 5 vectors for 4 nodes.");
  }
}
