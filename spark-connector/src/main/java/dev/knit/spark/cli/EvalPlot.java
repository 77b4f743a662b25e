package dev.knit.spark.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Recall over distance computations per query, a line for each index. */
final class EvalPlot {
  private EvalPlot() {}

  /** Writes a PNG, over a file that is there. */
  static void write(List<EvalReport> reports, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(1000)
            .height(700)
            .title(reports.get(0).queries() + " queries")
            .xAxisTitle("distance computations per query")
            .yAxisTitle("recall@" + reports.get(0).k())
            .build();
    chart.getStyler().setYAxisDecimalPattern("0.000");
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    for (int i = 0; i < reports.size(); i++) {
      add(chart, i + 1, reports.get(i));
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG));
  }

  private static void add(XYChart chart, int number, EvalReport report) {
    chart.addSeries(
        number + ": " + report.index(),
        report.points().stream().mapToDouble(EvalReport.Point::distancesPerQuery).toArray(),
        report.points().stream().mapToDouble(EvalReport.Point::recall).toArray());
  }
}
