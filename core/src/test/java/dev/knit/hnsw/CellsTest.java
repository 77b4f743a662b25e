package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CellsTest {
  private static final int DIMENSION = 8;

  private static FlatVectors clustered(Metric metric, int count) {
    return FlatVectors.of(metric, TestVectors.clustered(SEED, count, DIMENSION));
  }

  @Test
  void theMarginIsTheDistanceToTheBorder() {
    Cells cells =
        new Cells(FlatVectors.of(Metric.L2, new float[] {0, 0}, new float[] {4, 0}), new float[2]);
    Cells.Locator locator = cells.new Locator();
    int[] found = new int[2];
    float[] keys = new float[2];

    locator.nearest(new float[] {0.5f, 7}, found, keys, 0);

    assertThat(found).containsExactly(0, 1);
    assertThat(locator.margin(0, keys[0], 1, keys[1])).isCloseTo(1.5f, within(1e-5f));
    Cells moved = cells.weights(new float[] {0, 8}); // the border is 1 farther away
    assertThat(moved.new Locator().margin(0, keys[0], 1, keys[1])).isCloseTo(2.5f, within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource
  void pointsLieOnTheirSideOfEveryBorder(Metric metric) {
    FlatVectors vectors = clustered(metric, 3000);
    CellFit fit = CellFit.of(vectors, 12, SEED, 1);
    NearestCells nearest = NearestCells.of(fit.cells(), vectors, 2);
    CellOrder order = CellOrder.of(nearest, fit.cells().weights());

    CellRoutes routes = CellRoutes.of(fit.cells(), nearest, order.points());

    int[] assigned = nearest.assign(fit.cells().weights());
    for (int node = 0; node < vectors.size(); node++) {
      float last = 0;
      for (int i = node * CellRoutes.MOST; i < (node + 1) * CellRoutes.MOST; i++) {
        assertThat(routes.cells()[i]).isNotNegative().isNotEqualTo(assigned[order.points()[node]]);
        assertThat(routes.margins()[i]).isGreaterThanOrEqualTo(last);
        last = routes.margins()[i];
      }
    }
  }

  @Test
  void manyCentroidsAreFoundAlmostAsIfAllWereMeasured() {
    Random random = new Random(SEED);
    float[][] centroids = new float[1000][];
    Arrays.setAll(centroids, i -> TestVectors.gaussian(random, DIMENSION));
    FlatVectors points = FlatVectors.of(Metric.L2, centroids);
    Cells cells = new Cells(points, new float[1000]);
    FlatVectors queries = clustered(Metric.L2, 500);
    ExactSearcher exact = new ExactSearcher(points);

    NearestCells nearest = NearestCells.of(cells, queries, 1);

    int[] assigned = nearest.assign(new float[1000]);
    int hits = 0;
    for (int i = 0; i < 500; i++) {
      hits += assigned[i] == exact.search(queries.vector(i), 1).node(0) ? 1 : 0;
    }
    assertThat(hits).as("nearest centroids found of 500, seed %d", SEED).isGreaterThan(490);
    assertThat(nearest.distanceComputations()).isLessThan(500L * 1000);
  }

  @Test
  void aFitIsTheSameForTheSameSeed() {
    FlatVectors vectors = clustered(Metric.INNER_PRODUCT, 6000);

    CellFit one = CellFit.of(vectors, 7, SEED, 1);
    CellFit same = CellFit.of(vectors, 7, SEED, 3);
    CellFit other = CellFit.of(vectors, 7, SEED + 1, 1);

    assertThat(same.cells().weights()).isEqualTo(one.cells().weights());
    assertThat(same.cells().centroids().vector(6)).isEqualTo(one.cells().centroids().vector(6));
    assertThat(other.cells().centroids().vector(6)).isNotEqualTo(one.cells().centroids().vector(6));
  }

  @Test
  void normsOfAnInnerProductAreEvenedOutBeforeCellsAreFound() {
    CellSpace space = CellSpace.of(FlatVectors.of(Metric.INNER_PRODUCT, new float[] {3, 4}));
    float[] point = new float[3];

    space.read(FlatVectors.of(Metric.INNER_PRODUCT, new float[] {0, 3}), 0, point);

    assertThat(point).containsExactly(0, 3, 4);
  }

  @Test
  void aMapPlacesVectorsInTheNearestCellWithItsWeight() {
    FlatVectors vectors =
        FlatVectors.of(Metric.L2, TestVectors.clustered(TestVectors.SEED, 5000, 8));
    CellMap map = CellMap.fit(vectors, 10, 3, 2);
    CellMap.Router router = map.router();
    int[] loads = new int[map.cells()];

    for (int node = 0; node < vectors.size(); node++) {
      CellMap.Place place = router.place(vectors.vector(node));
      loads[place.cell()]++;
      assertThat(place.cells()).doesNotContain(place.cell()).doesNotHaveDuplicates();
      assertThat(place.margins()).isSorted().hasSameSizeAs(place.cells());
      assertThat(place.margins()[0]).isGreaterThanOrEqualTo(0);
    }

    assertThat(map.cells()).isEqualTo(10);
    assertThat(Arrays.stream(loads).max().orElseThrow()).isLessThanOrEqualTo(5000 * 5 / 4 / 10);
    assertThat(router.distanceComputations()).isPositive();
  }

  @Test
  void aMapRefusesWhatIsNoVector() {
    FlatVectors vectors =
        FlatVectors.of(Metric.COSINE, TestVectors.clustered(TestVectors.SEED, 50, 4));
    CellMap.Router router = CellMap.fit(vectors, 4, 3, 1).router();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> router.place(new float[4]))
        .withMessageContaining("is all zero");
  }
}
