package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellBuilderTest {
  private static final HnswParams PARAMS = new HnswParams(12, 60);
  private static final int DIMENSION = 16;

  private static CellBuild build(VectorValues vectors, int cells, int threads) {
    return new CellBuilder(PARAMS, cells, SEED, threads)
        .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
  }

  private static FlatVectors vectors(Metric metric, float[]... rows) {
    return TestVectors.flat(metric, rows[0].length, rows);
  }

  private static void assertMapped(CellBuild build, VectorValues input) {
    GraphInvariants.assertValid(build.graph(), build.vectors());
    assertThat(build.nodes()).hasSize(input.size());
    assertThat(Arrays.stream(build.cells()).sum()).isEqualTo(build.graph().size());
    assertThat(Arrays.stream(build.nodes()).distinct().count()).isEqualTo(build.graph().size());
    float[] expected = new float[input.dimension()];
    float[] actual = new float[input.dimension()];
    for (int i = 0; i < input.size(); i++) {
      input.exact().copy(i, expected);
      build.vectors().exact().copy(build.nodes()[i], actual);
      assertThat(actual).as("vector %d", i).isEqualTo(expected);
    }
  }

  @Property(tries = 60, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void everyGraphIsValidAndHasEveryVector(
      @ForAll @IntRange(min = 1, max = 900) int size,
      @ForAll @IntRange(min = 1, max = 40) int cells,
      @ForAll @IntRange(min = 1, max = 16) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 20) int m,
      @ForAll @IntRange(min = 1, max = 40) int efConstruction,
      @ForAll long seed) {
    FlatVectors input = vectors(metric, TestVectors.clustered(seed, size, dimension));
    byte[] levels = TestVectors.levels(0, size, m);

    CellBuild build =
        new CellBuilder(new HnswParams(m, efConstruction), cells, seed, 2).build(input, levels);

    assertMapped(build, input);
    assertThat(build.cells().length).isLessThanOrEqualTo(Math.min(cells, size));
  }

  @ParameterizedTest
  @EnumSource
  void graphsOfEveryMetricAreAboutAsGoodAsOneBuiltAtOnceForNoMoreWork(Metric metric) {
    double less = metric == Metric.INNER_PRODUCT ? 0.1 : 0.02; // see CellBuilder
    FlatVectors input = vectors(metric, TestVectors.clustered(SEED, 6000, DIMENSION));
    HnswBuilder builder = new HnswBuilder(PARAMS, 2);
    HnswGraph atOnce = builder.build(input, TestVectors.levels(0, 6000, PARAMS.m()));
    float[][] queries = TestVectors.clustered(SEED + 1, 300, DIMENSION);

    for (int cells : new int[] {2, 4, 16}) {
      CellBuild build = build(input, cells, 2);

      assertMapped(build, input);
      for (int ef : new int[] {20, 50}) {
        int budget = distances(atOnce, input, queries, ef);
        int same = ef;
        while (distances(build.graph(), build.vectors(), queries, same + 1) <= budget) {
          same++;
        }
        assertThat(Recall.of(build.graph(), build.vectors(), queries, 10, same))
            .as("recall@10 of %d cells at %d distances, seed %d", cells, budget, SEED)
            .isGreaterThanOrEqualTo(Recall.of(atOnce, input, queries, 10, ef) - less);
      }
      assertThat(build.costs().distanceComputations())
          .as("distances with %d cells", cells)
          .isLessThan((long) (1.03 * builder.distanceComputations())); // less where cells are large
    }
  }

  /** How many distances a search takes. */
  private static int distances(HnswGraph graph, VectorValues vectors, float[][] queries, int ef) {
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    for (float[] query : queries) {
      searcher.search(query, 10, ef);
    }
    return (int) (searcher.distanceComputations() / queries.length);
  }

  @ParameterizedTest
  @EnumSource
  void theGraphIsTheSameForAnyNumberOfThreads(Metric metric) {
    FlatVectors input = vectors(metric, TestVectors.clustered(SEED, 5000, DIMENSION));

    CellBuild one = build(input, 5, 1);
    CellBuild four = build(input, 5, 4);

    GraphInvariants.assertSame(one.graph(), four.graph());
    assertThat(one.nodes()).isEqualTo(four.nodes());
    assertThat(one.costs().distanceComputations()).isEqualTo(four.costs().distanceComputations());
  }

  @ParameterizedTest
  @EnumSource
  void equalVectorsAreOneNode(Metric metric) {
    float[][] rows = TestVectors.clustered(SEED, 4000, DIMENSION);
    Random random = new Random(SEED);
    for (int i = 0; i < 1200; i++) { // 30 %
      rows[random.nextInt(rows.length)] = rows[random.nextInt(10)];
    }
    FlatVectors input = vectors(metric, rows);

    CellBuild build = build(input, 6, 2);

    assertMapped(build, input);
    int[] first = TestVectors.firstEqual(rows);
    for (int i = 0; i < rows.length; i++) {
      assertThat(build.nodes()[i]).isEqualTo(build.nodes()[first[i]]);
    }
    assertThat(build.graph().size()).isEqualTo((int) Arrays.stream(first).distinct().count());
  }

  @Test
  void vectorsThatAreAllEqualAreOneNode() {
    float[][] rows = new float[500][];
    Arrays.fill(rows, new float[] {1, 2, 3});

    CellBuild build = build(vectors(Metric.L2, rows), 8, 2);

    assertThat(build.graph().size()).isEqualTo(1);
    assertThat(build.nodes()).hasSize(500).containsOnly(0);
    assertThat(build.cells()).containsExactly(1);
  }

  @Test
  void farClustersAreConnectedAndAsGood() {
    float[][] rows = TestVectors.clustered(SEED, 4000, DIMENSION);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, DIMENSION);
    for (int i = 0; i < rows.length; i += 2) {
      rows[i][0] += 10_000;
      queries[i / 20][0] += i / 20 % 2 == 0 ? 10_000 : 0;
    }
    FlatVectors input = vectors(Metric.L2, rows);

    for (int cells : new int[] {2, 3, 8}) {
      CellBuild build = build(input, cells, 2);

      assertMapped(build, input);
      assertThat(Recall.of(build.graph(), build.vectors(), queries, 10, 60)).isGreaterThan(0.97);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16})
  void cellsAreEvenWhereMostVectorsAreInOneCluster(int cells) {
    float[][] rows = TestVectors.clustered(SEED, 8000, DIMENSION);
    for (int i = 0; i < rows.length * 9 / 10; i++) {
      rows[i] = TestVectors.gaussian(new Random(SEED + i), DIMENSION);
      for (int d = 0; d < DIMENSION; d++) {
        rows[i][d] = 5 + 0.01f * rows[i][d];
      }
    }

    CellBuild build = build(vectors(Metric.L2, rows), cells, 2);

    assertThat(build.cells()).hasSize(cells);
    assertThat(Arrays.stream(build.cells()).max().orElseThrow() * (double) cells / rows.length)
        .as("fullest cell over the mean, seed %d", SEED)
        .isLessThanOrEqualTo(1.25);
    GraphInvariants.assertValid(build.graph(), build.vectors());
  }

  @Test
  void moreCellsThanVectorsGiveEachItsOwn() {
    FlatVectors input = vectors(Metric.L2, TestVectors.clustered(SEED, 30, DIMENSION));

    CellBuild build = build(input, 1000, 2);

    assertMapped(build, input);
    assertThat(build.cells().length).isEqualTo(30);
  }

  @Test
  void moreCellsThanAreMeasuredOneByOneWork() {
    FlatVectors input = vectors(Metric.L2, TestVectors.clustered(SEED, 12_000, DIMENSION));

    CellBuild build = build(input, 600, 2);

    assertMapped(build, input);
    assertThat(build.cells()).hasSize(600);
    float[][] queries = TestVectors.clustered(SEED + 1, 200, DIMENSION);
    assertThat(Recall.of(build.graph(), build.vectors(), queries, 10, 60)).isGreaterThan(0.95);
  }

  @Test
  void vectorsByOneByteAreCut() {
    FlatVectors input = vectors(Metric.COSINE, TestVectors.clustered(SEED, 3000, DIMENSION));

    CellBuild build = build(Quantization.INT8.apply(input), 6, 2);

    assertMapped(build, input);
  }

  @Test
  void aFlatGraphStartsInTheMiddleOfACellInTheMiddle() {
    FlatVectors input = vectors(Metric.L2, TestVectors.clustered(SEED, 2000, DIMENSION));

    CellBuild build = new CellBuilder(PARAMS, 4, SEED, 2).build(input, Levels.flat(2000));

    assertMapped(build, input);
    int[] middles = new int[build.cells().length];
    int from = 0;
    for (int cell = 0; cell < middles.length; cell++) {
      int[] nodes = IntStream.range(from, from + build.cells()[cell]).toArray();
      middles[cell] = from + Medoid.of(build.vectors().select(nodes)).node();
      from += nodes.length;
    }
    int middle = Medoid.of(build.vectors().select(middles)).node();
    assertThat(build.graph().entryPoint()).isEqualTo(middles[middle]);
  }

  @Test
  void noVectorsGiveAnEmptyGraph() {
    CellBuild build = build(FlatVectors.builder(Metric.L2, 4, 1).build(), 4, 1);

    assertThat(build.graph().size()).isZero();
    assertThat(build.nodes()).isEmpty();
  }

  @Test
  void wrongArgumentsAreRefused() {
    FlatVectors input = vectors(Metric.L2, TestVectors.clustered(SEED, 10, 4));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CellBuilder(PARAMS, 0, SEED, 1))
        .withMessage("cells (0) and threads (1) must be at least 1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CellBuilder(PARAMS, 2, SEED, 1).build(input, new byte[9]))
        .withMessage("There are 9 levels for 10 vectors.");
  }
}
