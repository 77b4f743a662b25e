package dev.knit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WorkCurveTest {
  private static final WorkCurve CURVE =
      new WorkCurve(
          new int[] {10, 20, 40}, new double[] {0.8, 0.9, 0.95}, new double[] {100, 200, 400});

  @Test
  void recallBetweenPointsFollowsTheError() {
    assertThat(CURVE.recallAt(200)).isCloseTo(0.9, within(1e-9));
    assertThat(CURVE.recallAt(200 * Math.sqrt(2))).isCloseTo(1 - 0.1 / Math.sqrt(2), within(1e-4));
    assertThat(CURVE.recallAt(800)).isCloseTo(0.975, within(1e-3));
  }

  @Test
  void theWorstOfThePointsThatCountIsTold() {
    WorkCurve other =
        new WorkCurve(
            new int[] {10, 20, 40}, new double[] {0.7, 0.92, 0.94}, new double[] {100, 200, 400});

    assertThat(other.worstAgainst(CURVE, 0.9)).isCloseTo(-0.01, within(1e-6));
    assertThat(other.worstAgainst(CURVE, 0)).isCloseTo(-0.1, within(1e-6));
  }
}
