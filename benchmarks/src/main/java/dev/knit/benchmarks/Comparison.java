package dev.knit.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Libraries on one data set, and each of them against one of them.
 *
 * @param run data, parameters and JVM, by name
 * @param reference the library that ratios are to
 */
record Comparison(
    Map<String, Object> run, List<Curve> curves, String reference, List<Ratio> ratios) {

  /**
   * One library against the reference.
   *
   * @param buildTime its build time as a share of the reference's: less is better
   * @param search its queries per second as a multiple of the reference's, by recall; without the
   *     recalls that lie outside of what was measured of one of the two
   */
  record Ratio(String library, double buildTime, Map<Double, Double> search) {}

  static Comparison of(
      Map<String, Object> run, List<Curve> curves, String reference, List<Double> recalls) {
    Curve to = curves.stream().filter(c -> c.library().equals(reference)).findFirst().orElseThrow();
    List<Ratio> ratios =
        curves.stream()
            .filter(curve -> !curve.library().equals(reference))
            .map(curve -> ratio(curve, to, recalls))
            .toList();
    return new Comparison(run, curves, reference, ratios);
  }

  private static Ratio ratio(Curve curve, Curve to, List<Double> recalls) {
    Map<Double, Double> search = new TreeMap<>();
    for (double recall : recalls) {
      double ratio = curve.rateAt(recall) / to.rateAt(recall);
      if (!Double.isNaN(ratio)) {
        search.put(recall, ratio);
      }
    }
    return new Ratio(curve.library(), curve.buildMedian() / to.buildMedian(), search);
  }
}
