package dev.knit.hnsw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How counts, none negative, are distributed over nodes. A percentile is the smallest value that at
 * least that share of the nodes does not exceed.
 *
 * @param histogram how many nodes have which values, without gaps from the lowest to the highest
 */
public record Distribution(
    int min, double mean, int median, int p90, int p99, int max, List<Bucket> histogram) {

  /** How many nodes have a value from {@code from} to {@code to}, both included. */
  public record Bucket(int from, int to, int nodes) {}

  private static final int BUCKETS = 16;

  /** A copy is made of {@code histogram}. */
  public Distribution {
    histogram = List.copyOf(histogram);
  }

  /** Of at least one value, which it sorts, with at most 16 buckets of one width. */
  static Distribution even(int[] values) {
    Arrays.sort(values);
    int range = values[values.length - 1] - values[0] + 1;
    int width = (range + BUCKETS - 1) / BUCKETS;
    int[] starts = new int[(range + width - 1) / width];
    Arrays.setAll(starts, i -> values[0] + i * width);
    return of(values, starts, width);
  }

  /** Of at least one value, which it sorts, with buckets 0, 1, 2–3, 4–7 and so on. */
  static Distribution doubling(int[] values) {
    Arrays.sort(values);
    int lowest = bucket(values[0]);
    int[] starts = new int[bucket(values[values.length - 1]) - lowest + 1];
    Arrays.setAll(starts, i -> lowest + i == 0 ? 0 : 1 << (lowest + i - 1));
    int last = starts[starts.length - 1];
    return of(values, starts, Math.max(1, last));
  }

  private static int bucket(int value) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(value);
  }

  private static Distribution of(int[] sorted, int[] starts, int lastWidth) {
    List<Bucket> histogram = new ArrayList<>();
    for (int i = 0, next = 0; i < starts.length; i++) {
      int end = i + 1 < starts.length ? starts[i + 1] : starts[i] + lastWidth;
      int first = next;
      while (next < sorted.length && sorted[next] < end) {
        next++;
      }
      histogram.add(new Bucket(starts[i], end - 1, next - first));
    }
    return new Distribution(
        sorted[0],
        Arrays.stream(sorted).average().orElseThrow(),
        percentile(sorted, 50),
        percentile(sorted, 90),
        percentile(sorted, 99),
        sorted[sorted.length - 1],
        histogram);
  }

  private static int percentile(int[] sorted, int percent) {
    return sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
  }
}
