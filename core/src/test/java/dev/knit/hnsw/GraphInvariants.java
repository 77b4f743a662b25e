package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.VectorValues;
import java.util.List;

/** What holds for every graph, whatever made it. */
public final class GraphInvariants {
  private GraphInvariants() {}

  /** Degree ≤ m, 2m on level 0; no self-link or duplicate; levels nested; every node reachable. */
  public static void assertValid(HnswGraph graph) {
    assertValid(graph, GraphCheck.of(graph));
  }

  /** Also: a vector for each node, and lists and lengths as the distances between them. */
  public static void assertValid(HnswGraph graph, VectorValues vectors) {
    assertValid(graph, GraphCheck.of(graph, vectors));
  }

  private static void assertValid(HnswGraph graph, GraphReport report) {
    assertThat(report.problems()).isEmpty();
    assertThat(report.nodes()).isEqualTo(graph.size());
    List<GraphReport.Level> levels = report.levels();
    assertThat(levels).hasSize(graph.maxLevel() + 1);
    for (int level = 0; level < levels.size(); level++) {
      int most = level == 0 ? 2 * graph.m() : graph.m();
      assertThat(levels.get(level).maxDegree()).as("degree on level %d", level).isBetween(0, most);
    }
    for (int node = 0; node < graph.size(); node++) {
      for (int level = 0; level <= graph.level(node); level++) {
        for (int neighbor : graph.neighbors(level, node)) {
          assertThat(graph.level(neighbor))
              .as("level of %d", neighbor)
              .isGreaterThanOrEqualTo(level);
        }
      }
    }
  }

  /** The same levels, entry point, lists and lengths. */
  public static void assertSame(HnswGraph graph, HnswGraph other) {
    assertThat(graph.m()).isEqualTo(other.m());
    assertThat(graph.levels()).isEqualTo(other.levels());
    assertThat(graph.entryPoint()).isEqualTo(other.entryPoint());
    for (int level = 0; level <= 1; level++) {
      assertThat(graph.lists(level)).as("lists(%d)", level).isEqualTo(other.lists(level));
      assertThat(graph.lengths(level)).as("lengths(%d)", level).isEqualTo(other.lengths(level));
    }
  }
}
