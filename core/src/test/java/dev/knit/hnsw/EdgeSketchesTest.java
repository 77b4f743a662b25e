package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.QuantizedVectors;
import dev.knit.vector.VectorValues;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches that look at sketches first, against those that do not. */
class EdgeSketchesTest {
  private static final HnswParams PARAMS = new HnswParams(8, 60);

  private static HnswGraph build(VectorValues vectors) {
    return new HnswBuilder(PARAMS, 2)
        .build(vectors, TestVectors.levels(0, vectors.size(), PARAMS.m()));
  }

  private static HnswSearcher sketched(HnswGraph graph, VectorValues vectors) {
    return new HnswSearcher(graph, vectors).sketches(EdgeSketches.of(graph, vectors, 2));
  }

  private static SearchOptions sketched(int k, int ef) {
    return SearchOptions.of(k, ef).withSketches();
  }

  @Provide
  Arbitrary<Metric> metrics() {
    return Arbitraries.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT);
  }

  @Property(tries = 60, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void aBeamAsWideAsTheGraphIsExact(
      @ForAll @IntRange(min = 1, max = 600) int size,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll("metrics") Metric metric,
      @ForAll @IntRange(min = 1, max = 50) int k,
      @ForAll long seed) {
    float[][] rows = TestVectors.clustered(seed, size, dimension);
    FlatVectors vectors = TestVectors.flat(metric, dimension, rows);
    HnswSearcher searcher = sketched(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);

    for (float[] query : TestVectors.clustered(seed + 1, 5, dimension)) {
      Neighbors expected = exact.search(query, k);
      Neighbors found = searcher.search(query, sketched(k, Math.max(k, size)));

      assertThat(found.size()).isEqualTo(expected.size());
      for (int rank = 0; rank < found.size(); rank++) {
        assertThat(found.node(rank)).isEqualTo(expected.node(rank));
        assertThat(found.distance(rank)).isEqualTo(expected.distance(rank));
      }
    }
  }

  @ParameterizedTest(name = "{0}, codes {1}, seed " + SEED)
  @CsvSource({
    "L2, false", "L2, true",
    "COSINE, false", "COSINE, true",
    "INNER_PRODUCT, false", "INNER_PRODUCT, true"
  })
  void asMuchIsFoundForFarFewerDistances(Metric metric, boolean codes) {
    int dimension = 64;
    Random random = new Random(SEED);
    float[][] rows = gaussians(random, 5000, dimension);
    float[][] queries = gaussians(random, 200, dimension);
    FlatVectors flat = TestVectors.flat(metric, dimension, rows);
    VectorValues vectors = codes ? QuantizedVectors.of(flat) : flat;
    HnswGraph graph = build(vectors);
    HnswSearcher plain = new HnswSearcher(graph, vectors);
    HnswSearcher sketched = sketched(graph, vectors);

    double expected = Recall.of(plain, flat, queries, SearchOptions.of(10, 100));
    double found = Recall.of(sketched, flat, queries, sketched(10, 100));

    assertThat(found).isGreaterThan(expected - 0.02);
    assertThat(sketched.distanceComputations())
        .isLessThan((long) (0.7 * plain.distanceComputations()));
    assertThat(sketched.distanceEstimates()).isGreaterThan(sketched.distanceComputations());
    assertThat(plain.distanceEstimates()).isZero();
  }

  @ParameterizedTest(name = "{0} allowed, seed " + SEED)
  @ValueSource(doubles = {0.45, 0.9})
  void filtersThatAllowMuchCostNeitherRecallNorSketches(double share) {
    Random random = new Random(SEED);
    FlatVectors vectors = TestVectors.flat(Metric.L2, 64, gaussians(random, 5000, 64));
    float[][] queries = gaussians(random, 200, 64);
    BitSet allowed = new BitSet();
    for (int node = 0; node < vectors.size(); node++) {
      allowed.set(node, random.nextDouble() < share);
    }
    NodeFilter filter = NodeFilter.of(allowed);
    HnswGraph graph = build(vectors);
    HnswSearcher plain = new HnswSearcher(graph, vectors);
    HnswSearcher sketched = sketched(graph, vectors);

    double expected = Recall.of(plain, vectors, queries, SearchOptions.of(10, 150), filter);
    double found = Recall.of(sketched, vectors, queries, sketched(10, 150), filter);

    assertThat(found).isGreaterThan(Math.min(0.98, expected) - 0.02); // scans find all
    assertThat(sketched.distanceComputations())
        .isLessThan((long) (0.7 * plain.distanceComputations()));
  }

  /** Passing through what is barred finds nothing there, so that another way must be taken. */
  @Test
  void whatIsBarredAroundTheQueryDoesNotHideWhatIsBehindIt() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 32, gaussians(new Random(SEED), 5000, 32));
    HnswSearcher searcher = sketched(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    for (float[] query : gaussians(new Random(SEED + 1), 20, 32)) {
      BitSet allowed = new BitSet();
      allowed.set(0, vectors.size());
      Neighbors nearest = exact.search(query, 400);
      for (int rank = 0; rank < 400; rank++) {
        allowed.clear(nearest.node(rank));
      }
      Neighbors truth = exact.search(query, 401);

      Neighbors found = searcher.search(query, sketched(10, 60), NodeFilter.of(allowed));

      assertThat(found.size()).isEqualTo(10);
      assertThat(found.node(0)).as("seed %d", SEED).isEqualTo(truth.node(400));
    }
  }

  @Test
  void filtersRangesAndNegativesStayExactWhenBeamsAreWide() {
    float[][] rows = TestVectors.clustered(SEED, 800, 16);
    FlatVectors vectors = TestVectors.flat(Metric.L2, 16, rows);
    HnswSearcher searcher = sketched(build(vectors), vectors);
    ExactSearcher exact = new ExactSearcher(vectors);
    SearchOptions range = sketched(20, 800).maxDistance(1.2);
    SearchOptions unlike = sketched(20, 800).negatives(Negatives.of(0.3, rows[5]));

    for (float[] query : TestVectors.clustered(SEED + 1, 20, 16)) {
      assertSame(searcher.search(query, range), exact.search(query, range));
      assertSame(searcher.search(query, unlike), exact.search(query, unlike));
    }
  }

  private static void assertSame(Neighbors found, Neighbors expected) {
    assertThat(found.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < found.size(); rank++) {
      assertThat(found.node(rank)).isEqualTo(expected.node(rank));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096})
  void equalVectorsAndUnusualDimensionsAreFound(int dimension) {
    float[][] rows = new float[50][dimension];
    for (int i = 0; i < rows.length; i++) {
      rows[i][0] = i < 30 ? 1 : i;
    }
    FlatVectors vectors = TestVectors.flat(Metric.L2, dimension, rows);
    HnswSearcher searcher = sketched(build(vectors), vectors);

    for (float[] row : rows) {
      assertThat(searcher.search(row, sketched(1, 50)).distance(0)).isZero();
    }
  }

  @Test
  void anEmptyGraphHasNone() {
    FlatVectors vectors = FlatVectors.builder(Metric.L2, 3, 0).build();
    HnswGraph graph = build(vectors);
    EdgeSketches sketches = EdgeSketches.of(graph, vectors, 1);

    assertThat(sketches.bytes()).isZero();
    assertThat(
            new HnswSearcher(graph, vectors)
                .sketches(sketches)
                .search(new float[3], sketched(1, 1))
                .size())
        .isZero();
  }

  @Test
  void theyAreTheSameOnAnyNumberOfThreads() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 20, TestVectors.clustered(SEED, 1000, 20));
    HnswGraph graph = build(vectors);
    EdgeSketches one = EdgeSketches.of(graph, vectors, 1);
    EdgeSketches three = EdgeSketches.of(graph, vectors, 3);

    assertThat(three.chunk(0)).isEqualTo(one.chunk(0));
    assertThat(one.bytes()).isEqualTo(1000L * one.blockLength * Integer.BYTES);
  }

  @Test
  void thoseOfAnotherGraphAreRefused() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 20, 4));
    FlatVectors fewer = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 19, 4));
    EdgeSketches sketches = EdgeSketches.of(build(fewer), fewer, 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HnswSearcher(build(vectors), vectors).sketches(sketches))
        .withMessage("There are sketches for 19 nodes, but the graph has 20.");
  }

  @Test
  void searchesThatWantSketchesNeedThem() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 4, TestVectors.clustered(SEED, 20, 4));

    assertThatIllegalStateException()
        .isThrownBy(
            () -> new HnswSearcher(build(vectors), vectors).search(new float[4], sketched(1, 1)))
        .withMessage(
            "This searcher has no sketches; give it those of its graph, or search without them.");
  }

  private static float[][] gaussians(Random random, int count, int dimension) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = TestVectors.gaussian(random, dimension);
    }
    return vectors;
  }
}
