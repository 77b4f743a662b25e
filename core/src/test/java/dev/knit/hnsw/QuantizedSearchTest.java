package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.QuantizedVectors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs built and searched by codes, held to the exact vectors. */
class QuantizedSearchTest {
  private static final HnswParams PARAMS = new HnswParams(8, 40);
  private static final int DIMENSION = 24;

  private static HnswGraph build(QuantizedVectors vectors) {
    return new HnswBuilder(PARAMS, 2)
        .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
  }

  @Property(tries = 60, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void aBeamAsWideAsTheGraphFindsTheNearestAtExactDistances(
      @ForAll @IntRange(max = 600) int size,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 1, max = 50) int k,
      @ForAll long seed) {
    float[][] rows = TestVectors.clustered(seed, size, dimension);
    FlatVectors exact = TestVectors.flat(metric, dimension, rows);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    HnswGraph graph = build(vectors);
    GraphInvariants.assertValid(graph, vectors);
    HnswSearcher searcher = new HnswSearcher(graph, vectors);

    for (float[] query : TestVectors.clustered(seed + 1, 5, dimension)) {
      Neighbors expected = new ExactSearcher(exact).search(query, k);
      Neighbors found = searcher.search(query, k, Math.max(k, size));
      assertThat(found.size()).isEqualTo(expected.size());
      assertExactAndInOrder(found, exact, query);
      for (int rank = 0; rank < found.size(); rank++) {
        assertThat(found.distance(rank)).isLessThanOrEqualTo(farther(expected, rank + 2));
      }
    }
  }

  /** A code may let a node that is about as far slip in front of a few, never of many. */
  private static float farther(Neighbors expected, int rank) {
    int last = expected.size() - 1;
    return rank <= last ? expected.distance(rank) : expected.distance(last) + 0.2f;
  }

  private static void assertExactAndInOrder(Neighbors found, FlatVectors exact, float[] query) {
    NodeDistances distances = new NodeDistances(exact, query);
    for (int rank = 0; rank < found.size(); rank++) {
      assertThat(found.distance(rank)).isEqualTo(distances.of(found.node(rank)));
      if (rank > 0) {
        assertThat(found.distance(rank)).isGreaterThanOrEqualTo(found.distance(rank - 1));
      }
    }
  }

  /** The distances of an exact search for everything. */
  private static final class NodeDistances {
    private final float[] byNode;

    NodeDistances(FlatVectors vectors, float[] query) {
      byNode = new float[vectors.size()];
      Neighbors all = new ExactSearcher(vectors).search(query, Math.max(1, vectors.size()));
      for (int rank = 0; rank < all.size(); rank++) {
        byNode[all.node(rank)] = all.distance(rank);
      }
    }

    float of(int node) {
      return byNode[node];
    }
  }

  @ParameterizedTest
  @EnumSource
  void recallIsThatOfFloats(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 5000, DIMENSION);
    float[][] queries = TestVectors.clustered(SEED + 1, 1000, DIMENSION);
    FlatVectors exact = TestVectors.flat(metric, DIMENSION, rows);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    byte[] levels = TestVectors.levels(0, rows.length, PARAMS.m());
    HnswGraph floats = new HnswBuilder(PARAMS, 2).build(exact, levels);

    for (int ef : new int[] {10, 30}) {
      assertThat(Recall.of(build(vectors), vectors, queries, 10, ef))
          .isGreaterThan(Recall.of(floats, exact, queries, 10, ef) - 0.02);
    }
  }

  @Test
  void theSameCodesGiveTheSameGraphForAnyNumberOfThreads() {
    QuantizedVectors vectors =
        QuantizedVectors.of(
            TestVectors.flat(
                Metric.COSINE, DIMENSION, TestVectors.clustered(SEED, 2000, DIMENSION)));
    byte[] levels = TestVectors.levels(0, 2000, PARAMS.m());
    HnswGraph one = new HnswBuilder(PARAMS, 1).build(vectors, levels);
    HnswGraph three = new HnswBuilder(PARAMS, 3).build(vectors, levels);

    assertThat(three.lists(0)).isEqualTo(one.lists(0));
    assertThat(three.lists(1)).isEqualTo(one.lists(1));
  }

  @Test
  void graphsMergeByCodes() {
    float[][] rows = TestVectors.clustered(SEED, 2000, DIMENSION);
    FlatVectors exact = TestVectors.flat(Metric.L2, DIMENSION, rows);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    Function<int[], HnswGraph> part = nodes -> build(vectors.select(nodes));
    int[] first = nodes(0, 1200);
    int[] second = nodes(1200, 2000);
    MergedGraph merged =
        new GraphMerger(2).merge(vectors, List.of(part.apply(first), part.apply(second)));

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    float[][] queries = TestVectors.clustered(SEED + 1, 100, DIMENSION);
    assertThat(Recall.of(merged.graph(), merged.vectors(), queries, 10, 40)).isGreaterThan(0.97);
  }

  private static int[] nodes(int from, int to) {
    int[] nodes = new int[to - from];
    Arrays.setAll(nodes, i -> from + i);
    return nodes;
  }

  @ParameterizedTest
  @EnumSource
  void filtersRangesAndNegativesGiveExactDistances(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 3000, DIMENSION);
    FlatVectors exact = TestVectors.flat(metric, DIMENSION, rows);
    QuantizedVectors vectors = QuantizedVectors.of(exact);
    HnswSearcher searcher = new HnswSearcher(build(vectors), vectors);
    ExactSearcher truth = new ExactSearcher(vectors);
    Random random = new Random(SEED);
    for (int allowed : new int[] {5, 300, 2000}) {
      BitSet nodes = new BitSet();
      random.ints(allowed, 0, rows.length).forEach(nodes::set);
      NodeFilter filter = NodeFilter.of(nodes);
      for (float[] query : TestVectors.clustered(SEED + 2, 20, DIMENSION)) {
        SearchOptions options = SearchOptions.of(10, 60);
        Neighbors found = searcher.search(query, options, filter);
        assertExactAndInOrder(found, exact, query);
        assertThat(found.size()).isEqualTo(Math.min(10, filter.count()));
        for (int rank = 0; rank < found.size(); rank++) {
          assertThat(filter.allows(found.node(rank))).isTrue();
        }
        float tenth = truth.search(query, 10).distance(9);
        Neighbors within = searcher.search(query, SearchOptions.range(tenth, 40));
        assertExactAndInOrder(within, exact, query);
        assertThat(within.size()).isBetween(8, 10);
        if (metric != Metric.L1) {
          Negatives negatives = Negatives.of(0.3, rows[7]);
          Neighbors unlike = searcher.search(query, options.negatives(negatives));
          NodeDistances distances = new NodeDistances(exact, query);
          for (int rank = 0; rank < unlike.size(); rank++) {
            assertThat(unlike.distance(rank)).isEqualTo(distances.of(unlike.node(rank)));
          }
        }
      }
    }
  }
}
