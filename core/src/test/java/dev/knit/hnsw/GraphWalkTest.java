package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphWalkTest {
  private static final int EF = 12; // below this a searcher takes one node a step, too

  @ParameterizedTest
  @EnumSource
  void aWalkIsTheSearchItTells(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 2000, 12);
    FlatVectors vectors = TestVectors.flat(metric, 12, rows);
    HnswGraph graph =
        new HnswBuilder(new HnswParams(4, 30), 1)
            .build(vectors, TestVectors.levels(0, vectors.size(), 4));
    HnswSearcher searcher = new HnswSearcher(graph, vectors);

    for (float[] query : TestVectors.clustered(SEED + 1, 20, 12)) {
      long before = searcher.distanceComputations();
      Neighbors found = searcher.search(query, EF, EF);
      List<GraphWalk.Step> walk = GraphWalk.of(graph, vectors, query, EF);

      int measured = 1 + walk.stream().mapToInt(GraphWalk.Step::measured).sum();
      assertThat(measured).isEqualTo((int) (searcher.distanceComputations() - before));
      assertThat(nearest(walk)).isEqualTo(IntStream.range(0, EF).mapToObj(found::node).toList());
      assertThat(walk.get(0)).extracting("node", "from").containsExactly(graph.entryPoint(), -1);
      assertStepsFollowLinks(graph, walk);
    }
  }

  /** On level 0 the nodes of the final beam are all expanded. */
  private static List<Integer> nearest(List<GraphWalk.Step> walk) {
    return walk.stream()
        .filter(step -> step.level() == 0)
        .sorted(Comparator.comparing(GraphWalk.Step::distance).thenComparing(GraphWalk.Step::node))
        .map(GraphWalk.Step::node)
        .limit(EF)
        .toList();
  }

  private static void assertStepsFollowLinks(HnswGraph graph, List<GraphWalk.Step> walk) {
    Set<Integer> expanded = new HashSet<>();
    int level = graph.maxLevel();
    for (GraphWalk.Step step : walk) {
      assertThat(step.level()).isBetween(0, level);
      level = step.level();
      if (step.from() >= 0) {
        assertThat(expanded).contains(step.from());
        assertThat(IntStream.rangeClosed(level, graph.level(step.from())))
            .anyMatch(l -> graph.isNeighbor(l, step.from(), step.node()));
      }
      expanded.add(step.node());
    }
  }

  @Test
  void anEmptyGraphHasNoSteps() {
    FlatVectors none = FlatVectors.builder(Metric.L2, 3, 1).build();

    assertThat(GraphWalk.of(HnswGraph.empty(4), none, new float[3], 5)).isEmpty();
  }
}
