package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NodeSampleTest {
  @Property(tries = 200, seed = "20261121")
  void samplesHaveTheirSizeAndNoNodeTwice(
      @ForAll @IntRange(max = 1000) int size,
      @ForAll @IntRange(max = 1200) int count,
      @ForAll long seed) {
    int[] sample = NodeSample.of(size, count, seed);

    assertThat(sample).hasSize(Math.min(size, count)).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(sample)).allSatisfy(node -> assertThat(node).isBetween(0, size - 1));
    assertThat(NodeSample.of(size, count, seed)).isEqualTo(sample);
  }

  @Test
  void everyNodeIsDrawnAboutAsOften() {
    int[] drawn = new int[50];
    IntStream.range(0, 4000)
        .forEach(
            seed -> {
              for (int node : NodeSample.of(50, 10, seed)) {
                drawn[node]++;
              }
            });

    assertThat(Arrays.stream(drawn)).allSatisfy(times -> assertThat(times).isBetween(680, 920));
  }
}
