package dev.knit.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Queries per second over recall, a line for each library. */
final class ComparisonPlot {
  /** Recalls below this are of no use to anybody and would squeeze the others. */
  private static final double LEAST_RECALL = 0.8;

  /** Okabe and Ito's, which color-blind people can tell apart; black is the first library. */
  private static final Color[] COLORS = {
    new Color(0x000000),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xD55E00),
    new Color(0x0072B2)
  };

  private ComparisonPlot() {}

  static void write(Comparison comparison, String title, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(1000)
            .height(700)
            .title(title)
            .xAxisTitle("recall@10")
            .yAxisTitle("queries per second, one thread")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setSeriesColors(COLORS);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisDecimalPattern("#,##0");
    chart.getStyler().setXAxisDecimalPattern("0.00");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    comparison.curves().forEach(curve -> add(chart, curve));
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static void add(XYChart chart, Curve curve) {
    var shown = curve.points().stream().filter(p -> p.recall() >= LEAST_RECALL).toList();
    if (!shown.isEmpty()) {
      chart.addSeries(
          curve.library(),
          shown.stream().mapToDouble(Curve.Point::recall).toArray(),
          shown.stream().mapToDouble(Curve.Point::rate).toArray());
    }
  }
}
