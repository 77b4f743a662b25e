package dev.knit.spark.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.knit.spark.KnitIndex;
import dev.knit.table.RecallCurve;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How good and how fast searches of an index are at several values of ef. */
record EvalReport(String index, int k, int queries, @JsonProperty("points") List<Point> points) {

  record Point(
      int ef,
      double recall,
      @JsonProperty("queries_per_second") double queriesPerSecond,
      @JsonProperty("distance_computations_per_query") double distancesPerQuery) {
    static Point of(RecallCurve.Point point) {
      return new Point(
          point.ef(), point.recall(), point.queriesPerSecond(), point.distancesPerQuery());
    }

    private List<String> cells() {
      return List.of(
          String.format(Locale.ROOT, "%.4f", recall),
          String.format(Locale.ROOT, "%.0f", queriesPerSecond),
          String.format(Locale.ROOT, "%.1f", distancesPerQuery));
    }
  }

  static EvalReport of(KnitIndex index, float[][] queries, int k, int[] efs) {
    List<Point> points = index.recall(queries, k, efs).stream().map(Point::of).toList();
    return new EvalReport(index.path(), k, queries.length, points);
  }

  /** Prints reports of the same efs side by side, three columns for each. */
  static void print(List<EvalReport> reports, PrintWriter out) {
    if (reports.size() > 1) {
      for (int i = 0; i < reports.size(); i++) {
        out.printf("%d: %s%n", i + 1, reports.get(i).index());
      }
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(headings(reports));
    for (int point = 0; point < reports.get(0).points().size(); point++) {
      lines.add(line(reports, point));
    }
    TextTable.print(out, lines);
  }

  private static String[] headings(List<EvalReport> reports) {
    List<String> headings = new ArrayList<>(List.of("ef"));
    for (int i = 0; i < reports.size(); i++) {
      String number = reports.size() > 1 ? (i + 1) + ": " : "";
      headings.add(number + "recall@" + reports.get(i).k());
      headings.addAll(Arrays.asList(number + "queries/s", number + "distances/query"));
    }
    return headings.toArray(String[]::new);
  }

  private static String[] line(List<EvalReport> reports, int point) {
    List<String> cells = new ArrayList<>();
    cells.add(String.valueOf(reports.get(0).points().get(point).ef()));
    reports.forEach(report -> cells.addAll(report.points().get(point).cells()));
    return cells.toArray(String[]::new);
  }
}
