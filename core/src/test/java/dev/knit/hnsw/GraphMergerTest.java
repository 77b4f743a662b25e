package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GraphMergerTest {
  private static final HnswParams PARAMS = new HnswParams(12, 60);

  /** Vectors, and subgraphs built over stretches of them. */
  private record Input(FlatVectors vectors, List<HnswGraph> subgraphs) {

    static Input of(Metric metric, HnswParams params, float[][] rows, int... sizes) {
      assertThat(Arrays.stream(sizes).sum()).isEqualTo(rows.length);
      int dimension = rows.length == 0 ? 1 : rows[0].length;
      float norm = TestVectors.maxNorm(rows);
      List<HnswGraph> subgraphs = new ArrayList<>();
      int first = 0;
      for (int size : sizes) {
        float[][] part = Arrays.copyOfRange(rows, first, first + size);
        subgraphs.add(
            new HnswBuilder(params, 2)
                .build(
                    TestVectors.flat(metric, dimension, norm, part),
                    TestVectors.levels(first, size, params.m())));
        first += size;
      }
      return new Input(TestVectors.flat(metric, dimension, norm, rows), subgraphs);
    }

    static Input of(Metric metric, float[][] rows, int... sizes) {
      return of(metric, PARAMS, rows, sizes);
    }

    MergedGraph merge(int threads) {
      return new GraphMerger(threads).merge(vectors, subgraphs);
    }

    HnswGraph buildAtOnce() {
      return new HnswBuilder(PARAMS, 2)
          .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
    }
  }

  @Property(tries = 50, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void everyMergedGraphIsValidAndKeepsEveryNode(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 400) Integer> sizes,
      @ForAll @IntRange(min = 2, max = 16) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 20) int m,
      @ForAll @IntRange(min = 1, max = 40) int efConstruction,
      @ForAll long seed) {
    int[] parts = sizes.stream().mapToInt(Integer::intValue).toArray();
    int total = Arrays.stream(parts).sum();
    float[][] rows = TestVectors.clustered(seed, total, dimension);
    Input input = Input.of(metric, new HnswParams(m, efConstruction), rows, parts);

    MergedGraph merged = input.merge(2);

    assertThat(merged.graph().size()).isEqualTo(total);
    assertThat(merged.nodes()).as("no two vectors are equal").isNull();
    assertThat(merged.graph().levels()).isEqualTo(TestVectors.levels(0, total, m));
    GraphInvariants.assertValid(merged.graph(), merged.vectors());
  }

  @ParameterizedTest
  @CsvSource({
    "1500 1500", "1000 1000 1000", "375 375 375 375 375 375 375 375", "1 2999", "2999 1",
    "0 1500 1500", "1500 0 1500", "1500 1500 0", "100 2000 900", "1 1 1 1 2996"
  })
  void mergedGraphsOfAnySizesAreAsGoodAsOneBuiltAtOnce(String sizes) {
    assertAsGoodAsOneBuiltAtOnce(
        Input.of(Metric.L2, TestVectors.clustered(SEED, 3000, 16), sizes(sizes)), 16);
  }

  @ParameterizedTest
  @EnumSource
  void mergedGraphsOfEveryMetricAreAsGoodAsOneBuiltAtOnce(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 4000, 24);
    assertAsGoodAsOneBuiltAtOnce(Input.of(metric, rows, 2000, 2000), 24);
    assertAsGoodAsOneBuiltAtOnce(Input.of(metric, rows, 1000, 500, 2000, 500), 24);
  }

  private static void assertAsGoodAsOneBuiltAtOnce(Input input, int dimension) {
    MergedGraph merged = input.merge(2);
    HnswGraph atOnce = input.buildAtOnce();
    float[][] queries = TestVectors.clustered(SEED + 1, 200, dimension);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    for (int ef : new int[] {10, 50}) {
      assertThat(Recall.of(merged.graph(), merged.vectors(), queries, 10, ef))
          .as("recall@10 at ef %d, seed %d", ef, SEED)
          .isGreaterThanOrEqualTo(Recall.of(atOnce, input.vectors(), queries, 10, ef) - 0.02);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theMergedGraphIsTheSameForAnyNumberOfThreads(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 6000, 12);
    copySome(rows, 200, new Random(SEED));
    Input input =
        Input.of(metric, new HnswParams(6, 20), rows, 2500, 2500, 1000); // stretches are of 2,048
    MergedGraph expected = input.merge(1);
    assertThat(expected.costs().distanceComputations()).isPositive();

    for (int threads : new int[] {2, 3, 8}) {
      MergedGraph merged = input.merge(threads);

      GraphInvariants.assertSame(merged.graph(), expected.graph());
      assertThat(merged.nodes()).isEqualTo(expected.nodes());
      assertThat(merged.costs()).isEqualTo(expected.costs());
    }
  }

  @Test
  void subgraphsAreNotChanged() {
    Input input = Input.of(Metric.L2, TestVectors.clustered(SEED, 600, 8), 300, 300);
    List<int[]> before = input.subgraphs().stream().map(graph -> graph.lists(0).clone()).toList();

    input.merge(1);

    for (int i = 0; i < 2; i++) {
      assertThat(input.subgraphs().get(i).lists(0)).isEqualTo(before.get(i));
    }
  }

  @Test
  void aSingleSubgraphStaysAsItIs() {
    Input input = Input.of(Metric.L2, TestVectors.clustered(SEED, 800, 8), 800);

    GraphInvariants.assertSame(input.merge(2).graph(), input.subgraphs().get(0));
  }

  @ParameterizedTest
  @CsvSource({"0", "0 0", "0 0 0", "0 1 0", "1 1", "1 1 1", "2 1"})
  void theSmallestSubgraphsMerge(String sizes) {
    int[] parts = sizes(sizes);
    float[][] rows = TestVectors.clustered(SEED, Arrays.stream(parts).sum(), 4);
    MergedGraph merged = Input.of(Metric.L2, rows, parts).merge(3);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    assertThat(merged.graph().size()).isEqualTo(rows.length);
    HnswSearcher searcher = new HnswSearcher(merged.graph(), merged.vectors());
    float[] query = new float[merged.vectors().dimension()];
    assertThat(searcher.search(query, 5, 5).size()).isEqualTo(rows.length);
  }

  @ParameterizedTest
  @EnumSource
  void equalVectorsShareOneNodeAcrossAndWithinSubgraphs(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 2400, 12);
    copySome(rows, 720, new Random(SEED)); // 30 %
    Input input = Input.of(metric, rows, 800, 700, 900);
    int[] first = TestVectors.firstEqual(rows);

    MergedGraph merged = input.merge(2);

    assertMapping(input.vectors(), first, merged);
    assertThat(merged.graph().size()).isLessThan(2400 - 500);
    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 12);
    HnswGraph atOnce =
        new HnswBuilder(PARAMS, 2)
            .build(merged.vectors(), TestVectors.levels(0, merged.vectors().size(), PARAMS.m()));
    assertThat(Recall.of(merged.graph(), merged.vectors(), queries, 10, 30))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(Recall.of(atOnce, merged.vectors(), queries, 10, 30) - 0.02);
  }

  /** Nodes are numbered on, without copies; each has the highest level of its copies. */
  private static void assertMapping(VectorValues input, int[] first, MergedGraph merged) {
    byte[] inputLevels = TestVectors.levels(0, input.size(), PARAMS.m());
    byte[] levels = new byte[merged.graph().size()];
    int[] expected = new int[first.length];
    int next = 0;
    for (int node = 0; node < first.length; node++) {
      expected[node] = first[node] == node ? next++ : expected[first[node]];
      levels[expected[node]] = (byte) Math.max(levels[expected[node]], inputLevels[node]);
    }
    assertThat(merged.nodes()).isEqualTo(expected);
    assertThat(merged.graph().size()).isEqualTo(merged.vectors().size()).isEqualTo(next);
    assertThat(merged.graph().levels()).isEqualTo(levels);
    for (int node = 0; node < first.length; node++) {
      assertThat(merged.vectors().hash(expected[node])).isEqualTo(input.hash(node));
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyCopiesOfOneVectorBecomeOneNode(Metric metric) {
    float[][] rows = new float[600][];
    Arrays.setAll(rows, i -> new float[] {1, 2, 3});

    MergedGraph merged = Input.of(metric, rows, 200, 300, 100).merge(2);

    assertThat(merged.graph().size()).isEqualTo(1);
    assertThat(merged.nodes()).containsOnly(0).hasSize(600);
    GraphInvariants.assertValid(merged.graph(), merged.vectors());
  }

  @Test
  void farClustersAreConnected() {
    float[][] rows = TestVectors.clustered(SEED, 2000, 8);
    for (int i = 1000; i < 2000; i++) {
      rows[i][0] += 1e4f;
    }
    Input input = Input.of(Metric.L2, rows, 1000, 1000);

    MergedGraph merged = input.merge(2);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    float[][] queries = TestVectors.clustered(SEED + 1, 100, 8);
    for (int i = 0; i < queries.length; i += 2) {
      queries[i][0] += 1e4f;
    }
    assertThat(Recall.of(merged.graph(), merged.vectors(), queries, 10, 50))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void subgraphsOfFarClustersThatAreMixedAreAsGood() {
    float[][] rows = TestVectors.clustered(SEED, 2000, 8);
    for (int i = 0; i < 2000; i += 2) {
      rows[i][0] += 1e4f;
    }
    Input input = Input.of(Metric.L2, rows, 1000, 1000);

    MergedGraph merged = input.merge(2);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    float[][] queries = TestVectors.clustered(SEED + 1, 100, 8);
    for (int i = 0; i < queries.length; i += 2) {
      queries[i][0] += 1e4f;
    }
    assertThat(Recall.of(merged.graph(), merged.vectors(), queries, 10, 50))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.97);
  }

  /** At the default parameters; with a narrower beam inserting may be as cheap. */
  @Test
  void mergingHalvesCostsLessThanInsertingOneIntoTheOther() {
    HnswParams params = HnswParams.DEFAULT;
    float[][] rows = TestVectors.clustered(SEED, 6000, 16);
    Input input = Input.of(Metric.L2, params, rows, 3000, 3000);
    HnswBuilder inserting = new HnswBuilder(params, 2);

    inserting.extend(
        input.subgraphs().get(0), input.vectors(), TestVectors.levels(0, 6000, params.m()));
    MergedGraph.Costs costs = input.merge(2).costs();

    assertThat(costs.distanceComputations())
        .isEqualTo(costs.search() + costs.selection() + costs.connection())
        .isLessThan(inserting.distanceComputations());
    assertThat(costs.jumps()).as("most walks are seeded").isLessThan(6000 / 2);
  }

  /** Ten times, new rows are merged in; some of them are copies of old ones. */
  @ParameterizedTest
  @EnumSource
  void mergesOfMergesStayGood(Metric metric) {
    int generations = 10;
    int step = 250;
    float[][] rows = TestVectors.clustered(SEED, (generations + 1) * step, 16);
    copySome(rows, 100, new Random(SEED));
    float norm = TestVectors.maxNorm(rows);
    float[][] kept = Arrays.copyOf(rows, step);
    Input start = Input.of(metric, rows, step, generations * step);
    HnswGraph graph = contracted(start.subgraphs().get(0), metric, kept, norm);
    kept = distinct(kept);

    for (int generation = 1; generation <= generations; generation++) {
      float[][] added = Arrays.copyOfRange(rows, generation * step, (generation + 1) * step);
      HnswGraph subgraph =
          new HnswBuilder(PARAMS, 2)
              .build(
                  TestVectors.flat(metric, 16, norm, added),
                  TestVectors.levels(generation * step, step, PARAMS.m()));
      kept = TestVectors.concat(kept, added);
      MergedGraph merged =
          new GraphMerger(2)
              .merge(TestVectors.flat(metric, 16, norm, kept), List.of(graph, subgraph));
      graph = merged.graph();
      kept = distinct(kept);

      assertThat(graph.size()).as("generation %d", generation).isEqualTo(kept.length);
      GraphInvariants.assertValid(graph, merged.vectors());
    }

    FlatVectors vectors = TestVectors.flat(metric, 16, norm, kept);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, 16);
    HnswGraph atOnce =
        new HnswBuilder(PARAMS, 2)
            .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
    assertThat(Recall.of(graph, vectors, queries, 10, 50))
        .as("recall@10, seed %d", SEED)
        .isGreaterThanOrEqualTo(Recall.of(atOnce, vectors, queries, 10, 50) - 0.02);
  }

  private static HnswGraph contracted(HnswGraph graph, Metric metric, float[][] rows, float norm) {
    return new GraphMerger(1)
        .merge(TestVectors.flat(metric, rows[0].length, norm, rows), List.of(graph))
        .graph();
  }

  private static float[][] distinct(float[][] rows) {
    int[] first = TestVectors.firstEqual(rows);
    return IntStream.range(0, rows.length)
        .filter(i -> first[i] == i)
        .mapToObj(i -> rows[i])
        .toArray(float[][]::new);
  }

  @Test
  void progressTellsEachLevel() {
    Input input = Input.of(Metric.L2, TestVectors.clustered(SEED, 600, 8), 300, 300);
    List<Integer> levels = new ArrayList<>();

    MergedGraph merged = new GraphMerger(2, levels::add).merge(input.vectors(), input.subgraphs());

    assertThat(levels)
        .isEqualTo(IntStream.rangeClosed(0, merged.graph().maxLevel()).boxed().toList());
  }

  @Test
  void wrongArgumentsAreRefused() {
    Input input = Input.of(Metric.L2, TestVectors.clustered(SEED, 20, 4), 10, 10);
    HnswGraph graph = input.subgraphs().get(0);
    HnswGraph other =
        Input.of(Metric.L2, new HnswParams(5, 20), TestVectors.clustered(SEED, 10, 4), 10)
            .subgraphs()
            .get(0);
    GraphMerger merger = new GraphMerger(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphMerger(0))
        .withMessage("threads (0) must be at least 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> merger.merge(input.vectors(), List.of()))
        .withMessage("There is no subgraph to merge.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> merger.merge(input.vectors(), List.of(graph, other)))
        .withMessage(
            "A graph with m 5 does not go with one with m 12; build both with the same m.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> merger.merge(input.vectors(), List.of(graph)))
        .withMessage("There are 20 vectors for 10 nodes.");
  }

  private static int[] sizes(String sizes) {
    return Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /** Overwrites {@code count} rows by copies of others. */
  private static void copySome(float[][] rows, int count, Random random) {
    for (int i = 0; i < count; i++) {
      rows[random.nextInt(rows.length)] = rows[random.nextInt(rows.length)].clone();
    }
  }
}
