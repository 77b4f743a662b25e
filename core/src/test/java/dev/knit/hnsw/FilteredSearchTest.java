package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.lang.management.ManagementFactory;
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

  /** What upper levels measured is far from the query, so it must not count as near. */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.95})
  void aFilterAgainstTheQueryCostsNoRecall(double share) {
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    for (int q = 0; q < 20; q++) {
      BitSet allowed = new BitSet();
      Neighbors all = new ExactSearcher(vectors).search(QUERIES[q], SIZE);
      for (int rank = (int) (SIZE * (1 - share)); rank < SIZE; rank++) {
        allowed.set(all.node(rank));
      }
      int first = all.node((int) (SIZE * (1 - share)));
      assertThat(searcher.search(QUERIES[q], OPTIONS, NodeFilter.of(allowed)).node(0))
          .isEqualTo(first);
    }
  }

  /** The nodes around a node: most queries are outside, some at the border. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.3, 0.5, 0.8})
  void aFilterOfOneRegionCostsNoRecall(double share) {
    for (int center = 0; center < 3; center++) {
      BitSet allowed = new BitSet();
      Neighbors all = new ExactSearcher(vectors).search(QUERIES[center], SIZE);
      for (int rank = 0; rank < share * SIZE; rank++) {
        allowed.set(all.node(rank));
      }
      assertThat(recall(allowed)).isGreaterThanOrEqualTo(0.95);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6, 9})
  void aWalkMeasuresAboutAsManyAsASearchWithoutAFilter(int oneOf) {
    BitSet allowed = new BitSet();
    for (int node = 0; node < SIZE; node += oneOf) {
      allowed.set(node);
    }
    HnswSearcher plain = new HnswSearcher(graph, vectors);
    HnswSearcher filtered = new HnswSearcher(graph, vectors);
    NodeFilter filter = NodeFilter.of(allowed);
    SearchOptions narrow = SearchOptions.of(K, 32);
    for (float[] query : QUERIES) {
      plain.search(query, K, 32);
      filtered.search(query, narrow, filter);
    }

    assertThat(filtered.distanceComputations())
        .isLessThan((long) (1.5 * plain.distanceComputations()));
  }

  @Test
  void warmFilteredSearchesAllocateNothing() {
    BitSet allowed = new BitSet();
    for (int node = 0; node < SIZE; node += 3) {
      allowed.set(node);
    }
    NodeFilter filter = NodeFilter.of(allowed);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    SearchOptions options = OPTIONS.adaptive(256);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();

    // Until the kernels are compiled, the Vector API boxes: the best of some rounds counts.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20 && least > 2000; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 2000; i++) {
        searcher.search(QUERIES[i % QUERIES.length], options, filter);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(least).as("bytes in 2,000 searches").isLessThanOrEqualTo(2000);
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
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    return Recall.of(searcher, vectors, QUERIES, OPTIONS, NodeFilter.of(allowed));
  }
}
