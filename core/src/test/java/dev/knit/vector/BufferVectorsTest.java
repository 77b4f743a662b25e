package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BufferVectorsTest {
  private static final int DIMENSION = 6;

  /** Nodes in another order than their vectors, which stand in buffers of several lengths. */
  @ParameterizedTest
  @EnumSource(Metric.class)
  void vectorsAreThoseThatTheHeapWouldHold(Metric metric) {
    Random random = new Random(3);
    int[] lengths = {1, 700, 20, 3};
    float[][] given = new float[724][DIMENSION];
    ByteBuffer[] buffers = new ByteBuffer[lengths.length];
    int next = 0;
    for (int i = 0; i < lengths.length; i++) {
      buffers[i] =
          ByteBuffer.allocate(Float.BYTES * DIMENSION * lengths[i]).order(ByteOrder.LITTLE_ENDIAN);
      for (int j = 0; j < lengths[i]; j++, next++) {
        for (int k = 0; k < DIMENSION; k++) {
          given[next][k] = k == 2 ? -0f : (float) random.nextGaussian();
          buffers[i].putFloat(given[next][k]);
        }
      }
      buffers[i].flip();
    }
    int[] rows = random.ints(500, 0, given.length).toArray();
    BufferVectors mapped = new BufferVectors(metric, DIMENSION, 10, rows, buffers);
    FlatVectors.Builder builder = FlatVectors.builder(metric, DIMENSION, rows.length).maxNorm(10);
    for (int row : rows) {
      builder.add(given[row]);
    }
    FlatVectors flat = builder.build();
    float[] expected = new float[DIMENSION];
    float[] actual = new float[DIMENSION];
    Distances measured = mapped.distances();
    Distances truth = flat.distances();
    for (int node = 0; node < rows.length; node++) {
      flat.copy(node, expected);
      mapped.copy(node, actual);
      assertThat(actual).as("node %d", node).containsExactly(expected);
      measured.fromNode(node);
      truth.fromNode(node);
      assertThat(measured.to(5)).isEqualTo(truth.to(5));
      assertThat(mapped.hash(node)).isEqualTo(flat.hash(node));
    }
    assertThat(mapped.size()).isEqualTo(500);
    assertThat(mapped.same(3, 3)).isTrue();
    assertThat(mapped.same(3, 4)).isFalse();
    assertThat(mapped.select(new int[] {7, 3}).vector(1)).containsExactly(flat.vector(3));
  }
}
