package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Property(tries = 200, seed = "20261121")
  void everyValueIsInOneBucket(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 100_000) Integer> list) {
    int[] values = list.stream().mapToInt(value -> value).toArray();
    for (Distribution of :
        new Distribution[] {
          Distribution.even(values.clone()), Distribution.doubling(values.clone())
        }) {
      int next = of.histogram().get(0).from();
      for (Distribution.Bucket bucket : of.histogram()) {
        assertThat(bucket.from()).isEqualTo(next);
        assertThat((long) bucket.nodes())
            .isEqualTo(
                Arrays.stream(values).filter(v -> v >= bucket.from() && v <= bucket.to()).count());
        next = bucket.to() + 1;
      }
      assertThat(of.histogram().stream().mapToInt(Distribution.Bucket::nodes).sum())
          .isEqualTo(values.length);
    }
    assertThat(Distribution.even(values.clone()).histogram()).hasSizeBetween(1, 16);
  }

  @Test
  void percentilesAreValuesThatOccur() {
    int[] values = new Random(1).ints(1000, 0, 50).toArray();
    values[0] = 900;
    int[] sorted = values.clone();
    Arrays.sort(sorted);

    Distribution distribution = Distribution.doubling(values);

    assertThat(distribution.median()).isEqualTo(sorted[499]);
    assertThat(distribution.p90()).isEqualTo(sorted[899]);
    assertThat(distribution.p99()).isEqualTo(sorted[989]);
    assertThat(distribution.max()).isEqualTo(900);
    assertThat(Distribution.even(new int[] {7}))
        .isEqualTo(new Distribution(7, 7, 7, 7, 7, 7, List.of(new Distribution.Bucket(7, 7, 1))));
  }
}
