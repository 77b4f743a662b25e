package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScalarQuantizerTest {
  private static final String SEED = "20261121";

  @Property(seed = SEED, tries = 500)
  void theFittedIntervalIsNoWorseThanTheWholeRange(
      @ForAll @Size(min = 2, max = 60) float @FloatRange(min = -1e6f, max = 1e6f) [] x) {
    ScalarQuantizer quantizer = new ScalarQuantizer(x.length);
    quantizer.fit(x);
    double least = x[0];
    double greatest = x[0];
    for (float value : x) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    double width = (greatest - least) / 255;
    double[] whole = new double[x.length];
    double[] fitted = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      whole[i] = least + width * Math.rint(width == 0 ? 0 : (x[i] - least) / width);
      fitted[i] = quantizer.lower + quantizer.step * quantizer.codes[i];
    }
    assertThat(loss(x, fitted)).isLessThanOrEqualTo(loss(x, whole) * (1 + 1e-9) + 1e-9);
  }

  @Test
  void bothEndsOfTheIntervalAreUsed() {
    float[] x = new float[2000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    ScalarQuantizer quantizer = new ScalarQuantizer(x.length);
    quantizer.fit(x);
    assertThat(quantizer.step).isLessThan(2.0 / 255);
    assertThat(quantizer.codes).contains(0, 255);
  }

  @Test
  void wholeNumbersThatSpanABytePassUnchanged() {
    float[] x = {-3, 252, 17, 0};
    ScalarQuantizer quantizer = new ScalarQuantizer(4);
    quantizer.fit(x);

    assertThat(quantizer.step).isEqualTo(1);
    assertThat(quantizer.lower).isEqualTo(-3);
    assertThat(quantizer.codes).containsExactly(0, 255, 20, 3);
  }

  private static double loss(float[] x, double[] decoded) {
    double squares = 0;
    double along = 0;
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      double error = x[i] - decoded[i];
      squares += error * error;
      along += error * x[i];
      norm += (double) x[i] * x[i];
    }
    return norm == 0 ? squares : 0.1 * squares + 0.9 * along * along / norm;
  }
}
