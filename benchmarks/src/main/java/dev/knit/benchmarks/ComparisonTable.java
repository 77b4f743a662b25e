package dev.knit.benchmarks;

import java.util.List;
import java.util.Locale;

/** A comparison as text, for a terminal. */
final class ComparisonTable {
  private final StringBuilder out = new StringBuilder();

  private ComparisonTable() {}

  static String of(Comparison comparison, List<Double> recalls) {
    ComparisonTable table = new ComparisonTable();
    table.builds(comparison.curves());
    table.searches(comparison.curves());
    if (!comparison.ratios().isEmpty()) {
      table.ratios(comparison, recalls);
    }
    return table.out.toString();
  }

  private void builds(List<Curve> curves) {
    line("%n%-18s %9s %13s  %s", "library", "build s", "bytes/vector", "memory");
    for (Curve curve : curves) {
      line(
          "%-18s %9.2f %13s  %s",
          curve.library(), curve.buildMedian(), count(curve.bytesPerVector()), curve.memory());
    }
  }

  private void searches(List<Curve> curves) {
    line(
        "%n%-18s %4s %10s %10s %16s", "library", "ef", "recall@10", "queries/s", "distances/query");
    for (int i = 0; i < curves.get(0).points().size(); i++) {
      for (Curve curve : curves) {
        Curve.Point point = curve.points().get(i);
        line(
            "%-18s %4d %10.4f %10.0f %16s",
            curve.library(),
            point.ef(),
            point.recall(),
            point.rate(),
            count(point.distancesPerQuery()));
      }
    }
  }

  private void ratios(Comparison comparison, List<Double> recalls) {
    line(
        "%nAgainst %s: build time (less is better), and queries/s at equal recall@10",
        comparison.reference());
    out.append("%-18s %10s".formatted("library", "build time"));
    recalls.forEach(recall -> out.append(String.format(Locale.ROOT, " %9.2f", recall)));
    out.append(System.lineSeparator());
    for (Comparison.Ratio ratio : comparison.ratios()) {
      out.append(String.format(Locale.ROOT, "%-18s %8.2f x", ratio.library(), ratio.buildTime()));
      recalls.forEach(recall -> out.append(times(ratio.search().get(recall))));
      out.append(System.lineSeparator());
    }
  }

  /** A dash where one of the two libraries did not reach the recall, or began above it. */
  private static String times(Double ratio) {
    return ratio == null ? "%9s ".formatted("-") : String.format(Locale.ROOT, " %7.2f x", ratio);
  }

  private static String count(double value) {
    return value < 0 ? "-" : String.format(Locale.ROOT, "%.0f", value);
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
