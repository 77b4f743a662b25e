package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HnswGraphTest {
  private static final int M = 3;
  private final HnswGraph graph =
      new HnswBuilder(new HnswParams(M, 20), 1)
          .build(
              TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 200, 4)),
              TestVectors.levels(0, 200, M));

  @Test
  void aGraphIsTheSameFromItsParts() {
    float[][] lengths = {graph.lengths(0), graph.lengths(1)};

    HnswGraph same =
        HnswGraph.of(
            M, graph.levels(), graph.entryPoint(), graph.lists(0), graph.lists(1), lengths);

    GraphInvariants.assertSame(same, graph);
    assertThat(same.maxLevel()).isEqualTo(graph.maxLevel()).isPositive();
    for (int node = 0; node < graph.size(); node++) {
      for (int level = 0; level <= graph.level(node); level++) {
        assertThat(same.neighbors(level, node)).isEqualTo(graph.neighbors(level, node));
        assertThat(same.degree(level, node)).isEqualTo(graph.neighbors(level, node).length);
      }
    }
  }

  @Test
  void theEmptyGraphIsAGraph() {
    HnswGraph empty = HnswGraph.of(M, new byte[0], -1, new int[0], new int[0], null);

    assertThat(empty.size()).isZero();
    assertThat(empty.entryPoint()).isEqualTo(-1);
    assertThat(empty.maxLevel()).isEqualTo(-1);
  }

  @Test
  void lengthsCanBeLeftAway() {
    HnswGraph without = graph.withoutLengths();

    assertThat(without.lengths(0)).isNull();
    assertThat(without.lengths(1)).isNull();
    assertThat(without.lists(0)).isSameAs(graph.lists(0));
    assertThat(without.entryPoint()).isEqualTo(graph.entryPoint());
    assertThat(graph.lengths(0)).isNotNull();
  }

  @Test
  void neighborsAreACopy() {
    int[] neighbors = graph.neighbors(0, 0);
    neighbors[0] = -5;

    assertThat(graph.neighbors(0, 0)[0]).isNotEqualTo(-5);
  }

  /** Three nodes, node 1 on level 1; one number changed at a time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "level     | -1 | level -1 is out of range",
        "level     | 31 | level 31 is out of range",
        "level0    | 11 | level 0 has 11 slots",
        "upper     | 3  | upper levels have 3 slots",
        "lengths0  | 11 | 11 lengths of level 0",
        "lengths1  | 1  | 1 lengths above level 0",
        "entry     | 0  | entry point 0 is not a node of the highest level",
        "entry     | -1 | entry point -1 is not a node of the highest level",
        "entry     | 3  | entry point 3 is not a node of the highest level",
        "neighbor0 | 3  | neighbor 3 does not exist on its level",
        "neighbor0 | -2 | neighbor -2 does not exist on its level",
        "neighbor1 | 0  | neighbor 0 does not exist on its level"
      })
  void partsThatDoNotFitAreRefused(String part, int value, String problem) {
    byte[] levels = {0, 1, part.equals("level") ? (byte) value : 0};
    int[] level0 = new int[part.equals("level0") ? value : 12];
    int[] upper = new int[part.equals("upper") ? value : 2];
    Arrays.fill(level0, -1);
    Arrays.fill(upper, -1);
    level0[0] = part.equals("neighbor0") ? value : 1;
    upper[0] = part.equals("neighbor1") ? value : -1;
    float[][] lengths = {
      new float[part.equals("lengths0") ? value : 12],
      new float[part.equals("lengths1") ? value : 2]
    };
    int entryPoint = part.equals("entry") ? value : 1;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HnswGraph.of(2, levels, entryPoint, level0, upper, lengths))
        .withMessage("Not a graph: " + problem + ".");
  }

  @Test
  void anEmptyGraphHasNoEntryPoint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HnswGraph.of(2, new byte[0], 0, new int[0], new int[0], null))
        .withMessage("Not a graph: entry point 0 is not a node of the highest level.");
  }

  @Test
  void parametersOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswParams(1, 100))
        .withMessage("m (1) must be from 2 to 512.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswParams(513, 100))
        .withMessage("m (513) must be from 2 to 512.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswParams(16, 0))
        .withMessage("ef_construction (0) must be from 1 to 10000.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswParams(16, 10_001))
        .withMessage("ef_construction (10001) must be from 1 to 10000.");
  }
}
