package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilteredSearchTest {
  private static final int SIZE = 20_000;
  private static final int DIMENSION = 16;
  private static final int K = 10;
  private static final SearchOptions OPTIONS = SearchOptions.of(K, 64);
  private static final float[][] QUERIES = TestVectors.clustered(2, 200, DIMENSION);

  private static FlatVectors vectors;
  private static HnswGraph graph;

  @BeforeAll
  static void build() {
    vectors = TestVectors.flat(Metric.L2, DIMENSION, TestVectors.clustered(1, SIZE, DIMENSION));
    byte[] levels = new byte[SIZE];
    for (int node = 0; node < SIZE; node++) {
      levels[node] = Levels.of(TestVectors.SEED, node, 16);
    }
    graph = new HnswBuilder(HnswParams.DEFAULT, 2).build(vectors, levels);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.01, 0.1, 0.5, 0.9, 1})
  void aRandomFilterCostsNoRecall(double share) {
    Random random = new Random(TestVectors.SEED);
    BitSet allowed = new BitSet();
    for (int node = 0; node < SIZE; node++) {
      allowed.set(node, random.nextDouble() < share);
    }

    assertThat(recall(allowed)).as("seed %d", TestVectors.SEED).isGreaterThanOrEqualTo(0.95);
  }

  /** The half that is far from every query: none of it comes by on the way to the nearest nodes. */
  @Test
  void aFilterThatGoesWithDistanceCostsNoRecall() {
    BitSet allowed = new BitSet();
    Neighbors all = new ExactSearcher(vectors).search(QUERIES[0], SIZE);
    for (int rank = SIZE / 2; rank < SIZE; rank++) {
      allowed.set(all.node(rank));
    }

    assertThat(recall(allowed)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void onlyAllowedNodesAreFound() {
    BitSet allowed = new BitSet();
    for (int node = 0; node < SIZE; node += 2) {
      allowed.set(node);
    }
    Neighbors found =
        new HnswSearcher(graph, vectors)
            .search(QUERIES[0], SearchOptions.of(100, 200), NodeFilter.of(allowed));

    assertThat(found.size()).isEqualTo(100);
    for (int rank = 0; rank < found.size(); rank++) {
      assertThat(found.node(rank)).isEven();
    }
  }

  @Test
  void fewerAllowedNodesThanAskedForAreAllFound() {
    BitSet allowed = new BitSet();
    allowed.set(3);
    allowed.set(SIZE - 1);
    NodeFilter filter = NodeFilter.of(allowed);

    assertThat(new HnswSearcher(graph, vectors).search(QUERIES[0], OPTIONS, filter).size())
        .isEqualTo(2);
    assertThat(new ExactSearcher(vectors).search(QUERIES[0], OPTIONS, filter).size()).isEqualTo(2);
  }

  @Test
  void aFilterThatAllowsMuchIsAnsweredByWalking() {
    BitSet allowed = new BitSet();
    allowed.set(0, SIZE);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    searcher.search(QUERIES[0], OPTIONS, NodeFilter.of(allowed));

    assertThat(searcher.distanceComputations()).isPositive().isLessThan(SIZE / 4);
  }

  private static double recall(BitSet allowed) {
    NodeFilter filter = NodeFilter.of(allowed);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    long wanted = 0;
    long right = 0;
    for (float[] query : QUERIES) {
      Neighbors truth = exact.search(query, OPTIONS, filter);
      Neighbors found = searcher.search(query, OPTIONS, filter);
      wanted += truth.size();
      for (int rank = 0; rank < found.size(); rank++) {
        right += found.distance(rank) <= truth.distance(truth.size() - 1) ? 1 : 0;
      }
    }
    return wanted == 0 ? 1 : (double) right / wanted;
  }
}
