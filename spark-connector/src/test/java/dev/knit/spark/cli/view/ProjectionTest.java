package dev.knit.spark.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProjectionTest {
  @Test
  void theAxesAreThoseOfMostVariance() {
    Random random = new Random(1);
    float[][] vectors = new float[2000][8];
    for (float[] vector : vectors) {
      double along = 5 * random.nextGaussian();
      for (int d = 0; d < 8; d++) {
        vector[d] = 7 + (float) (0.1 * random.nextGaussian());
      }
      vector[2] += (float) along;
      vector[5] -= (float) along;
      vector[6] += (float) (2 * random.nextGaussian());
    }

    Projection projection = Projection.of(vectors);

    assertThat(projection.shares()[0]).isCloseTo(50 / 54.1, within(0.03));
    assertThat(projection.shares()[1]).isCloseTo(4 / 54.1, within(0.02));
    float[] moved = vectors[0].clone();
    moved[2] += 1;
    moved[5] -= 1;
    double way = projection.on(0, moved) - projection.on(0, vectors[0]);
    assertThat(Math.abs(way)).isCloseTo(Math.sqrt(2), within(0.01));
    moved = vectors[0].clone();
    moved[6] += 1;
    assertThat(Math.abs(projection.on(1, moved) - projection.on(1, vectors[0])))
        .isCloseTo(1, within(0.01));
  }

  @Test
  void whatDoesNotVaryIsAtTheOrigin() {
    Projection one = Projection.of(new float[][] {{3, 4}});
    assertThat(one.on(0, new float[] {3, 4})).isZero();
    assertThat(one.shares()).containsExactly(0, 0);

    Projection line = Projection.of(new float[][] {{1}, {2}, {6}});
    assertThat(Math.abs(line.on(0, new float[] {6}))).isCloseTo(3, within(1e-6));
    assertThat(line.on(1, new float[] {6})).isZero();
    assertThat(line.shares()[0]).isCloseTo(1, within(1e-9));
  }
}
