package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 16, 96, 100, 128, 784, 1000})
  void dotProductsStayAsTheyAre(int dimension) {
    Rotation rotation = new Rotation(dimension, 5);
    float[] a = gaussian(new Random(1), dimension);
    float[] b = gaussian(new Random(2), dimension);
    double[] before = {dot(a, a), dot(b, b), dot(a, b)};

    rotation.apply(a);
    rotation.apply(b);

    double tolerance = 1e-5 * (before[0] + before[1]);
    assertThat(dot(a, a)).isCloseTo(before[0], within(tolerance));
    assertThat(dot(b, b)).isCloseTo(before[1], within(tolerance));
    assertThat(dot(a, b)).isCloseTo(before[2], within(tolerance));
  }

  /** Signs tell little of a vector that is all in one component; rotated, it must be in many. */
  @ParameterizedTest
  @ValueSource(ints = {128, 784, 1000})
  void aRotatedAxisIsSpreadOverTheComponents(int dimension) {
    Rotation rotation = new Rotation(dimension, 5);
    for (int axis = 0; axis < dimension; axis++) {
      float[] vector = new float[dimension];
      vector[axis] = 1;
      rotation.apply(vector);
      double sum = 0;
      for (float component : vector) {
        sum += Math.abs(component);
      }
      assertThat(sum / Math.sqrt(dimension)).as("axis %d", axis).isGreaterThan(0.6);
    }
  }

  private static float[] gaussian(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
