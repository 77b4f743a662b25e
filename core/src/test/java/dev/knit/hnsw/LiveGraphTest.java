package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.GrowingVectors;
import dev.knit.vector.Metric;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveGraphTest {
  private static final HnswParams PARAMS = new HnswParams(8, 60);

  @ParameterizedTest
  @EnumSource(Metric.class)
  void insertedOneByOneItIsAsGoodAsBuiltInOneGo(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 3000, 12);
    float[][] queries = TestVectors.clustered(SEED + 1, 300, 12);
    GrowingVectors vectors = GrowingVectors.empty(metric, 12, TestVectors.maxNorm(rows));
    LiveGraph live = live(vectors);
    for (int i = 0; i < rows.length; i++) {
      insert(live, vectors, rows[i], i);
    }
    FlatVectors flat = TestVectors.flat(metric, 12, rows);
    HnswGraph built = new HnswBuilder(PARAMS, 2).build(flat, TestVectors.levels(0, 3000, 8));

    GraphInvariants.assertValid(live.finished(vectors.view()), vectors.view());
    double recall = Recall.of(live.view(), vectors.view(), queries, 10, 20);
    assertThat(recall).isGreaterThan(Recall.of(built, flat, queries, 10, 20) - 0.02);
  }

  @Test
  void olderViewsGoOnAnswering() {
    float[][] rows = TestVectors.clustered(SEED, 2000, 6);
    GrowingVectors vectors = GrowingVectors.empty(Metric.L2, 6, 0);
    LiveGraph live = live(vectors);
    for (int i = 0; i < 1000; i++) {
      insert(live, vectors, rows[i], i);
    }
    HnswGraph view = live.view();
    FlatVectors before = vectors.view();
    for (int i = 1000; i < 1060; i++) {
      insert(live, vectors, rows[i], i);
    }
    assertThat(view.size()).isEqualTo(1000);
    assertThat(live.view().size()).isEqualTo(1060);
    float[][] queries = TestVectors.clustered(SEED + 1, 300, 6);
    HnswSearcher searcher = new HnswSearcher(view, before);
    for (float[] query : queries) {
      Neighbors found = searcher.search(query, 10, 50);
      assertThat(found.size()).isEqualTo(10);
      for (int rank = 0; rank < 10; rank++) {
        assertThat(found.node(rank)).isLessThan(1000);
      }
    }
    assertThat(Recall.of(view, before, queries, 10, 50)).isGreaterThan(0.95);
  }

  /** An interrupted insertion leaves edges to nodes that are not there. */
  @Test
  void insertionThatFailedIsMended() {
    float[][] rows = TestVectors.clustered(SEED, 1200, 6);
    GrowingVectors vectors = GrowingVectors.empty(Metric.L2, 6, 0);
    LiveGraph live = live(vectors);
    for (int i = 0; i < 1000; i++) {
      insert(live, vectors, rows[i], i);
    }
    vectors.add(rows[1000]);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> live.insert(vectors.view(), new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Interrupted while building a graph.");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(live.view().size()).isEqualTo(1000);

    vectors.truncate(1000);
    live.mend(vectors.view());

    for (int i = 1000; i < 1200; i++) {
      insert(live, vectors, rows[i], i);
    }
    GraphInvariants.assertValid(live.finished(vectors.view()), vectors.view());
  }

  /** Chunks of any size, whose levels come in any order, while the vectors drift away. */
  @ParameterizedTest
  @EnumSource(names = {"L2", "COSINE", "INNER_PRODUCT"})
  void bySketchesItIsAsGoodAsWithout(Metric metric) {
    float[][] rows = drifting(6000, 64, SEED);
    GrowingVectors vectors = GrowingVectors.empty(metric, 64, TestVectors.maxNorm(rows));
    LiveGraph sketched = LiveGraph.sketched(PARAMS, 2, vectors.view());
    HnswGraph graph = inChunks(sketched, vectors, rows);
    assertThat(sketched.bytes()).isBetween(6000L * 8 * PARAMS.m(), 6000L * 3000);
    GrowingVectors same = GrowingVectors.empty(metric, 64, TestVectors.maxNorm(rows));
    HnswGraph expected = inChunks(live(same), same, rows);

    GraphInvariants.assertValid(graph, vectors.view());
    float[][] queries = drifting(300, 64, SEED + 1);
    assertThat(Recall.of(graph, vectors.view(), queries, 10, 60))
        .isGreaterThan(Recall.of(expected, same.view(), queries, 10, 60) - 0.02);
  }

  private static HnswGraph inChunks(LiveGraph live, GrowingVectors vectors, float[][] rows) {
    for (int from = 0, chunk = 700; from < rows.length; from += chunk, chunk = 1 + from % 300) {
      int to = Math.min(rows.length, from + chunk);
      for (int i = from; i < to; i++) {
        vectors.add(rows[i]);
      }
      live.insert(vectors.view(), TestVectors.levels(from, to - from, PARAMS.m()));
    }
    return live.finished(vectors.view());
  }

  private static float[][] drifting(int count, int dimension, long seed) {
    float[][] rows = TestVectors.clustered(seed, count, dimension);
    for (int i = 0; i < count; i++) {
      rows[i][0] += 3f * i / count;
    }
    return rows;
  }

  @Test
  void sketchesGoWithTheNodesThatAreRemoved() {
    float[][] rows = drifting(3000, 64, SEED);
    GrowingVectors vectors = GrowingVectors.empty(Metric.L2, 64, 0);
    LiveGraph live = LiveGraph.sketched(PARAMS, 1, vectors.view());
    for (int i = 0; i < 2000; i++) {
      vectors.add(rows[i]);
    }
    live.insert(vectors.view(), TestVectors.levels(0, 2000, PARAMS.m()));
    BitSet first = new BitSet();
    first.set(0, 1000);
    Consolidation rest = live.remove(first, vectors.view());
    vectors = GrowingVectors.of((FlatVectors) rest.vectors(), 0);
    for (int i = 2000; i < 3000; i++) {
      insert(live, vectors, rows[i], i);
    }
    HnswGraph finished = live.finished(vectors.view());
    GraphInvariants.assertValid(finished, vectors.view());
    float[][] queries = drifting(300, 64, SEED + 1);
    assertThat(Recall.of(finished, vectors.view(), queries, 10, 60)).isGreaterThan(0.95);
  }

  @Test
  void anotherMIsRefused() {
    FlatVectors none = GrowingVectors.empty(Metric.L2, 6, 0).view();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LiveGraph(PARAMS, 1, HnswGraph.empty(9), none))
        .withMessage("The graph has m 9, but 8 was asked for.");
  }

  private static LiveGraph live(GrowingVectors vectors) {
    return new LiveGraph(PARAMS, 1, HnswGraph.empty(PARAMS.m()), vectors.view());
  }

  private static void insert(LiveGraph live, GrowingVectors vectors, float[] row, int id) {
    vectors.add(row);
    live.insert(vectors.view(), TestVectors.levels(id, 1, PARAMS.m()));
  }
}
