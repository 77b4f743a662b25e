package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConnectivityTest {

  /** Full lists that are closed circles of 2m + 1 nodes: nothing has room, nothing is linked. */
  @Property(tries = 40, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void islandsWithFullListsAreAttached(
      @ForAll @IntRange(min = 2, max = 6) int m,
      @ForAll @IntRange(min = 1, max = 12) int islands,
      @ForAll long seed) {
    int island = 2 * m + 1;
    float[][] rows = TestVectors.clustered(seed, islands * island, 4);
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, rows);
    HnswGraph graph = new HnswGraph(m, new byte[rows.length]);
    graph.enterAtHighest();
    for (int node = 0; node < rows.length; node++) {
      int first = node / island * island;
      int degree = 0;
      for (int other = first; other < first + island; other++) {
        if (other != node) {
          graph.append(0, node, degree++, other, length(rows[node], rows[other]));
        }
      }
    }

    Connectivity connectivity = new Connectivity(graph, vectors);
    int attached = connectivity.repair();

    assertThat(attached).isBetween(islands - 1, rows.length);
    GraphReport report = GraphCheck.of(graph);
    assertThat(report.levels().get(0).unreachable()).isZero();
    assertThat(report.levels().get(0).duplicateLinks()).isZero();
    assertThat(report.levels().get(0).selfLinks()).isZero();
    assertThat(connectivity.repair()).isZero();
  }

  @Test
  void aConnectedGraphIsLeftAlone() {
    float[][] rows = TestVectors.clustered(SEED, 400, 8);
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, rows);
    HnswGraph graph =
        new HnswBuilder(new HnswParams(4, 20), 1)
            .build(vectors, TestVectors.levels(0, rows.length, 4));
    int[] before = graph.lists(0).clone();

    Connectivity connectivity = new Connectivity(graph, vectors);

    assertThat(connectivity.repair()).isZero();
    assertThat(connectivity.distanceComputations()).isZero();
    assertThat(graph.lists(0)).isEqualTo(before);
  }

  private static float length(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }
}
