package dev.knit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurveTest {
  private final Curve curve =
      new Curve(
          "x",
          List.of(3.0, 1.0, 2.0),
          640,
          "heap",
          List.of(point(10, 0.90, 8000), point(20, 0.96, 2000), point(40, 0.98, 1000)));

  private static Curve.Point point(int ef, double recall, double rate) {
    return new Curve.Point(ef, recall, List.of(rate, 1.0, 100_000.0), -1);
  }

  @Test
  void ratesAreMediansOfTheRounds() {
    assertThat(curve.points().get(1).rate()).isEqualTo(2000);
    assertThat(curve.buildMedian()).isEqualTo(2);
  }

  @Test
  void medianOfAnEvenNumberIsTheMiddleOfTwo() {
    assertThat(Curve.median(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3);
  }

  @Test
  void rateBetweenTwoPointsIsLinearInItsLogarithm() {
    assertThat(curve.rateAt(0.93)).isCloseTo(4000, within(1e-6));
    assertThat(curve.rateAt(0.96)).isEqualTo(2000);
  }

  @Test
  void rateOutsideOfWhatWasMeasuredIsUnknown() {
    assertThat(curve.rateAt(0.89)).isNaN();
    assertThat(curve.rateAt(0.99)).isNaN();
  }

  @Test
  void ratiosLeaveOutRecallsThatOneOfTwoLibrariesDidNotReach() {
    Curve slower =
        new Curve(
            "y", List.of(4.0), 640, "heap", List.of(point(10, 0.92, 1000), point(20, 0.98, 500)));
    Comparison comparison =
        Comparison.of(Map.of(), List.of(slower, curve), "x", List.of(0.9, 0.98, 0.99));
    assertThat(comparison.ratios()).hasSize(1);
    Comparison.Ratio ratio = comparison.ratios().get(0);
    assertThat(ratio.library()).isEqualTo("y");
    assertThat(ratio.buildTime()).isEqualTo(2);
    assertThat(ratio.search()).containsExactly(Map.entry(0.98, 0.5));
  }
}
