package dev.knit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearbyQueriesTest {
  @Test
  void copiesAreFivePercentAwayEachTime() {
    float[][] queries = new float[3][256];
    Random random = new Random(1);
    for (float[] query : queries) {
      for (int i = 0; i < query.length; i++) {
        query[i] = random.nextFloat() * 100;
      }
    }

    float[][] all = NearbyQueries.of(queries, 4);

    assertThat(all).hasDimensions(12, 256);
    assertThat(Arrays.copyOf(all, 3)).isEqualTo(queries);
    for (int i = 3; i < all.length; i++) {
      double share = length(all[i], queries[i % 3]) / length(queries[i % 3], new float[256]);
      assertThat(share).as("copy %d", i).isCloseTo(0.05, within(0.01));
    }
    assertThat(all[3]).isNotEqualTo(all[6]);
    assertThat(NearbyQueries.of(queries, 4)).isDeepEqualTo(all);
  }

  private static double length(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(squares);
  }
}
