package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Merges with so many dimensions that walks and builds look at sketches. */
class SketchedMergeTest {
  private static final HnswParams PARAMS = HnswParams.DEFAULT;
  private static final int SIZE = 6000;
  private static final int HALF = SIZE / 2;
  private static final int DIMENSION = 48;

  private static final float[][] QUERIES = TestVectors.clustered(SEED + 1, 200, DIMENSION);
  private static float[][] rows;

  @BeforeAll
  static void readRows() {
    rows = TestVectors.clustered(SEED, SIZE, DIMENSION);
  }

  private static FlatVectors vectors(Metric metric) {
    return TestVectors.flat(metric, DIMENSION, rows);
  }

  private static byte[] levels(int first, int count) {
    return TestVectors.levels(first, count, PARAMS.m());
  }

  private static HnswGraph part(FlatVectors vectors, int first, int count) {
    return new HnswBuilder(PARAMS, 2)
        .build(
            vectors.select(IntStream.range(first, first + count).toArray()), levels(first, count));
  }

  @ParameterizedTest(name = "{0}, seed " + SEED)
  @EnumSource(names = {"L2", "COSINE", "INNER_PRODUCT"})
  void halvesAreMergedForLessThanInsertingOneIntoTheOther(Metric metric) {
    FlatVectors vectors = vectors(metric);
    List<HnswGraph> halves = List.of(part(vectors, 0, HALF), part(vectors, HALF, HALF));
    HnswBuilder inserting = new HnswBuilder(PARAMS, 2);
    HnswGraph inserted = inserting.extend(halves.get(0), vectors, levels(0, SIZE));

    MergedGraph merged = new GraphMerger(2).merge(vectors, halves);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    assertThat((double) merged.costs().distanceComputations() / SIZE)
        .as("distances per row")
        .isLessThan(0.7 * inserting.distanceComputations() / SIZE);
    long budget = Recall.distances(inserted, vectors, QUERIES, 20);
    assertThat(Recall.within(budget, merged.graph(), merged.vectors(), QUERIES, 10))
        .isGreaterThan(Recall.of(inserted, vectors, QUERIES, 10, 20) - 0.01);
  }

  @ParameterizedTest(name = "{0}, seed " + SEED)
  @EnumSource(names = {"L2", "COSINE"})
  void cellsTakeLessThanOneGo(Metric metric) {
    FlatVectors vectors = vectors(metric);
    HnswBuilder builder = new HnswBuilder(PARAMS, 2);
    HnswGraph oneGo = builder.build(vectors, levels(0, SIZE));

    CellBuild cells = new CellBuilder(PARAMS, 4, SEED, 2).build(vectors, levels(0, SIZE));

    assertThat((double) cells.costs().distanceComputations() / SIZE)
        .as("distances per row")
        .isLessThan((double) builder.distanceComputations() / SIZE);
    assertThat(Recall.of(cells.graph(), cells.vectors(), QUERIES, 10, 20))
        .isGreaterThan(Recall.of(oneGo, vectors, QUERIES, 10, 20) - 0.01);
  }

  @Test
  void graphsAreTheSameForAnyNumberOfThreads() {
    FlatVectors vectors = vectors(Metric.L2);
    List<HnswGraph> halves = List.of(part(vectors, 0, HALF), part(vectors, HALF, HALF));

    MergedGraph one = new GraphMerger(1).merge(vectors, halves);
    MergedGraph three = new GraphMerger(3).merge(vectors, halves);
    CellBuild cells = new CellBuilder(PARAMS, 5, SEED, 1).build(vectors, levels(0, SIZE));
    CellBuild parallel = new CellBuilder(PARAMS, 5, SEED, 3).build(vectors, levels(0, SIZE));

    GraphInvariants.assertSame(three.graph(), one.graph());
    assertThat(three.costs()).isEqualTo(one.costs());
    GraphInvariants.assertSame(parallel.graph(), cells.graph());
    assertThat(parallel.costs()).isEqualTo(cells.costs());
  }

  /** Sketches need lengths, which stored graphs lack. */
  @Test
  void graphsWithoutLengthsGiveTheSame() {
    FlatVectors vectors = vectors(Metric.L2);
    HnswGraph first = part(vectors, 0, HALF);
    HnswGraph second = part(vectors, HALF, HALF);

    MergedGraph merged = new GraphMerger(1).merge(vectors, List.of(first, second));
    MergedGraph stored =
        new GraphMerger(1).merge(vectors, List.of(first.withoutLengths(), second.withoutLengths()));

    assertThat(stored.graph().lists(0)).isEqualTo(merged.graph().lists(0));
  }
}
