package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrowingVectorsTest {
  @ParameterizedTest
  @EnumSource(Metric.class)
  void viewsHoldWhatThereWasWhenTheyWereTaken(Metric metric) {
    float[][] rows = rows(700);
    GrowingVectors vectors = GrowingVectors.empty(metric, 5, 0);
    vectors.reserve(rows);
    FlatVectors[] views = new FlatVectors[rows.length];
    for (int i = 0; i < rows.length; i++) {
      assertThat(vectors.add(rows[i])).isEqualTo(i);
      views[i] = vectors.view();
    }
    FlatVectors all = FlatVectors.of(metric, rows);
    for (int i = 0; i < rows.length; i++) {
      assertThat(views[i].size()).isEqualTo(i + 1);
      assertThat(views[i].vector(i)).isEqualTo(all.vector(i));
      assertThat(views[i].vector(i / 2)).isEqualTo(all.vector(i / 2));
      assertThat(vectors.add(rows[i])).isEqualTo(i);
    }
    assertThat(vectors.size()).isEqualTo(rows.length);
  }

  @Test
  void keysFromNodesAreThoseOfTheNormThatWasReached() {
    float[][] rows = rows(200);
    GrowingVectors vectors = GrowingVectors.empty(Metric.INNER_PRODUCT, 5, 0);
    int grown = 0;
    for (float[] row : rows) {
      grown += vectors.reserve(row) ? 1 : 0;
      vectors.add(row);
    }
    assertThat(grown).isBetween(2, 20);
    FlatVectors.Builder builder = FlatVectors.builder(Metric.INNER_PRODUCT, 5, 1);
    builder.maxNorm(vectors.maxNorm());
    for (float[] row : rows) {
      builder.add(row);
      assertThat(Prepared.square(row)).isLessThan(Math.pow(vectors.maxNorm(), 2));
    }
    Distances expected = builder.build().distances();
    Distances measured = vectors.view().distances();
    for (int node = 0; node < 200; node += 7) {
      expected.fromNode(node);
      measured.fromNode(node);
      for (int other = 0; other < 200; other++) {
        assertThat(measured.to(other)).isCloseTo(expected.to(other), within(1e-3f));
      }
    }
  }

  @Test
  void truncatedVectorsMayBeAddedAgain() {
    float[][] rows = rows(50);
    GrowingVectors vectors = GrowingVectors.of(FlatVectors.of(Metric.L2, rows), 0);
    vectors.truncate(20);
    assertThat(vectors.add(rows[19])).isEqualTo(19);
    assertThat(vectors.add(rows[30])).isEqualTo(20);
    assertThat(vectors.view().vector(20)).isEqualTo(rows[30]);
  }

  private static float[][] rows(int count) {
    Random random = new Random(7);
    float[][] rows = new float[count][5];
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < 5; d++) {
        rows[i][d] = (float) (random.nextGaussian() * (1 + i / 100.0));
      }
    }
    return rows;
  }
}
