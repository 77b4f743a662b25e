package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Merges of small subgraphs into large ones, as stored, with deletes on either side. */
class SmallMergeTest {
  private static final HnswParams PARAMS = new HnswParams(12, 60);

  @Property(tries = 40, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void whatIsLeftOfStoredGraphsOfAnySizesMergesToAValidGraph(
      @ForAll @IntRange(min = 200, max = 1500) int large,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 120) Integer> small,
      @ForAll @IntRange(max = 60) int percent,
      @ForAll @IntRange(min = 2, max = 16) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 16) int m,
      @ForAll long seed) {
    List<Integer> sizes = new ArrayList<>(small);
    sizes.add(new Random(seed).nextInt(sizes.size() + 1), large);
    int total = sizes.stream().mapToInt(Integer::intValue).sum();
    float[][] rows = TestVectors.clustered(seed, total, dimension);
    HnswParams params = new HnswParams(m, 30);
    float[][] left = new float[0][];
    List<HnswGraph> graphs = new ArrayList<>();
    int first = 0;
    for (int size : sizes) {
      float[][] part = Arrays.copyOfRange(rows, first, first + size);
      BitSet deleted = random(size, percent, seed + first);
      FlatVectors vectors = flat(metric, rows, dimension, part);
      HnswGraph graph = build(params, vectors, first).withoutLengths();
      graphs.add(Consolidation.of(graph, vectors, deleted, 2).graph());
      left = TestVectors.concat(left, without(part, deleted));
      first += size;
    }

    MergedGraph merged = new GraphMerger(2).merge(flat(metric, rows, dimension, left), graphs);

    assertThat(merged.graph().size()).isEqualTo(left.length);
    assertThat(merged.graph().lengths(0)).as("lengths, which no input had").isNull();
    GraphInvariants.assertValid(merged.graph(), merged.vectors());
  }

  @ParameterizedTest
  @EnumSource
  void lengthsMeasuredWhenNeededLeadToTheSameGraph(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 3300, 12);
    Random random = new Random(SEED);
    for (int i = 3000; i < 3030; i++) { // copies, so that nodes become one
      rows[i] = rows[random.nextInt(3000)].clone();
    }
    FlatVectors vectors = flat(metric, rows, 12, rows);
    HnswGraph large = build(PARAMS, flat(metric, rows, 12, Arrays.copyOf(rows, 3000)), 0);
    HnswGraph small =
        build(PARAMS, flat(metric, rows, 12, Arrays.copyOfRange(rows, 3000, 3300)), 3000);
    GraphMerger merger = new GraphMerger(2);

    MergedGraph known = merger.merge(vectors, List.of(large, small));
    MergedGraph stored =
        merger.merge(vectors, List.of(large.withoutLengths(), small.withoutLengths()));

    assertThat(stored.nodes()).isEqualTo(known.nodes());
    assertSameLists(stored.graph(), known.graph());
  }

  @Test
  void listsOfDeletedNodesAreRepairedAlikeWithoutLengths() {
    float[][] rows = TestVectors.clustered(SEED, 3000, 12);
    FlatVectors vectors = flat(Metric.L2, rows, 12, rows);
    HnswGraph graph = build(PARAMS, vectors, 0);
    BitSet deleted = random(3000, 5, SEED);

    Consolidation known = Consolidation.of(graph, vectors, deleted, 2);
    Consolidation stored = Consolidation.of(graph.withoutLengths(), vectors, deleted, 2);

    assertSameLists(stored.graph(), known.graph());
    assertThat(graph.lengths(0)).doesNotContain(Float.NaN);
  }

  /** Against inserting the same rows, whose work goes with the logarithm of the size at most. */
  @Test
  void workGoesWithTheSmallSubgraph() {
    float[][] rows = TestVectors.clustered(SEED, 12_100, 16);
    for (int size : new int[] {3000, 12_000}) {
      float[][] all = TestVectors.concat(Arrays.copyOf(rows, size), tail(rows, 100));
      FlatVectors vectors = flat(Metric.L2, rows, 16, all);
      HnswGraph large = build(PARAMS, flat(Metric.L2, rows, 16, Arrays.copyOf(rows, size)), 0);
      HnswGraph small = build(PARAMS, flat(Metric.L2, rows, 16, tail(rows, 100)), size);
      HnswBuilder inserting = new HnswBuilder(PARAMS, 1);
      inserting.extend(large, vectors, TestVectors.levels(0, size + 100, PARAMS.m()));

      MergedGraph.Costs costs =
          new GraphMerger(1)
              .merge(vectors, List.of(large.withoutLengths(), small.withoutLengths()))
              .costs();

      assertThat(costs.distanceComputations())
          .as("distances into %d", size)
          .isPositive()
          .isLessThan(inserting.distanceComputations() * 3 / 2);
    }
  }

  /** Ten times a small subgraph is merged in and a hundredth is deleted on either side. */
  @ParameterizedTest
  @EnumSource
  void smallMergesWithDeletesStayAsGoodAsBuildingAnew(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 4400, 16);
    float[][] kept = Arrays.copyOf(rows, 4000);
    HnswGraph graph = build(PARAMS, flat(metric, rows, 16, kept), 0).withoutLengths();
    for (int round = 0; round < 10; round++) {
      float[][] added = Arrays.copyOfRange(rows, 4000 + round * 40, 4040 + round * 40);
      BitSet gone = random(kept.length, 1, SEED + round);
      graph = Consolidation.of(graph, flat(metric, rows, 16, kept), gone, 2).graph();
      kept = without(kept, gone);
      FlatVectors addedVectors = flat(metric, rows, 16, added);
      BitSet goneOfAdded = random(40, 1, SEED + round);
      Consolidation small =
          Consolidation.of(
              build(PARAMS, addedVectors, 4000 + round * 40).withoutLengths(),
              addedVectors,
              goneOfAdded,
              2);
      kept = TestVectors.concat(kept, without(added, goneOfAdded));
      MergedGraph merged =
          new GraphMerger(2).merge(flat(metric, rows, 16, kept), List.of(graph, small.graph()));
      graph = merged.graph();
      GraphInvariants.assertValid(graph, merged.vectors());
    }
    FlatVectors vectors = flat(metric, rows, 16, kept);
    HnswGraph anew = new HnswBuilder(PARAMS, 2).build(vectors, graph.levels());
    float[][] queries = TestVectors.clustered(SEED + 1, 300, 16);

    assertThat(Recall.of(graph, vectors, queries, 10, 20))
        .as("recall@10 at ef 20, seed %d", SEED)
        .isGreaterThan(Recall.of(anew, vectors, queries, 10, 20) - 0.01);
  }

  private static void assertSameLists(HnswGraph graph, HnswGraph expected) {
    assertThat(graph.entryPoint()).isEqualTo(expected.entryPoint());
    assertThat(graph.levels()).isEqualTo(expected.levels());
    assertThat(graph.lists(0)).isEqualTo(expected.lists(0));
    assertThat(graph.lists(1)).isEqualTo(expected.lists(1));
  }

  private static HnswGraph build(HnswParams params, FlatVectors vectors, int first) {
    return new HnswBuilder(params, 2)
        .build(vectors, TestVectors.levels(first, vectors.size(), params.m()));
  }

  private static FlatVectors flat(Metric metric, float[][] all, int dimension, float[][] some) {
    return TestVectors.flat(metric, dimension, TestVectors.maxNorm(all), some);
  }

  private static float[][] tail(float[][] rows, int count) {
    return Arrays.copyOfRange(rows, rows.length - count, rows.length);
  }

  private static float[][] without(float[][] rows, BitSet deleted) {
    return IntStream.range(0, rows.length)
        .filter(row -> !deleted.get(row))
        .mapToObj(row -> rows[row])
        .toArray(float[][]::new);
  }

  private static BitSet random(int size, int percent, long seed) {
    Random random = new Random(seed);
    BitSet nodes = new BitSet();
    for (int node = 0; node < size; node++) {
      nodes.set(node, random.nextInt(100) < percent);
    }
    return nodes;
  }
}
