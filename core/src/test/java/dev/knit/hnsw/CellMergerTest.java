package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import org.junit.jupiter.api.Test;

class CellMergerTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);

  private static HnswGraph graph(FlatVectors vectors, int m) {
    return new HnswBuilder(new HnswParams(m, 40), 1)
        .build(vectors, TestVectors.levels(0, vectors.size(), m));
  }

  private static FlatVectors vectors(int count) {
    return FlatVectors.of(Metric.L2, TestVectors.clustered(SEED, count, 8));
  }

  @Test
  void subgraphsThatDoNotGoTogetherAreRefused() {
    FlatVectors vectors = vectors(100);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> merge(vectors(200), graph(vectors, 8), graph(vectors, 9)))
        .withMessage("A graph with m 9 does not go with one with m 8; build both with the same m.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> merge(vectors(190), graph(vectors, 8), graph(vectors, 8)))
        .withMessage("There are 190 vectors for 200 nodes.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> merge(vectors(200), graph(vectors, 8).withoutLengths(), graph(vectors, 8)))
        .withMessage("The graph was stored without lengths.");
  }

  private static CellPair merge(FlatVectors vectors, HnswGraph first, HnswGraph second) {
    return CellPair.merge(PARAMS, 2, vectors, first, second, null, null);
  }

  @Test
  void hitsAreGroupedByNodeAndCountOnce() {
    CandidateEdges edges = new CandidateEdges();
    edges.add(5, Entries.of(20, 3));
    edges.add(6, Entries.of(21, 1));
    edges.add(5, Entries.of(22, 2));
    edges.add(5, Entries.of(20, 3));
    edges.add(9, Entries.of(23, 1)); // of another stretch
    edges.addBack(1);

    CandidateEdges nearest = new CandidateEdges();
    new HitGroups(edges, 5, 3).nearest(2, nearest);

    assertThat(nearest.size()).isEqualTo(3);
    assertThat(nearest.node(0)).isEqualTo(5);
    assertThat(Entries.node(nearest.entry(0))).isEqualTo(22);
    assertThat(Entries.node(nearest.entry(1))).isEqualTo(20);
    assertThat(nearest.node(2)).isEqualTo(6);
    CandidateEdges back = new CandidateEdges();
    new HitGroups(edges, 21, 1).nearest(2, back);
    assertThat(Entries.node(back.entry(0))).isEqualTo(6);
    assertThat(Entries.key(back.entry(0))).isEqualTo(1);
  }
}
