package dev.knit.benchmarks;

import java.util.List;

/**
 * What was measured of one library.
 *
 * @param buildSeconds of each round
 * @param bytesPerVector resident memory of the index with its vectors, by vector; −1 if unknown
 * @param memory what {@code bytesPerVector} counts
 * @param points in order of ef
 */
record Curve(
    String library,
    List<Double> buildSeconds,
    double bytesPerVector,
    String memory,
    List<Point> points) {

  /**
   * Searches at one ef.
   *
   * @param recall recall@10
   * @param queriesPerSecond of each round, on one thread
   * @param distancesPerQuery −1 where the library does not count
   */
  record Point(int ef, double recall, List<Double> queriesPerSecond, double distancesPerQuery) {
    double rate() {
      return median(queriesPerSecond);
    }
  }

  double buildMedian() {
    return median(buildSeconds);
  }

  /**
   * Queries per second at a recall: between two measured points the logarithm of the rate is linear
   * in the recall; NaN where the recall lies outside of what was measured.
   */
  double rateAt(double recall) {
    for (int i = 1; i < points.size(); i++) {
      Point low = points.get(i - 1);
      Point high = points.get(i);
      if (low.recall <= recall && recall <= high.recall) {
        double share =
            high.recall == low.recall ? 0 : (recall - low.recall) / (high.recall - low.recall);
        return low.rate() * Math.pow(high.rate() / low.rate(), share);
      }
    }
    return Double.NaN;
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
