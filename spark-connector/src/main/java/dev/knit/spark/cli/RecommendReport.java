package dev.knit.spark.cli;

import dev.knit.spark.recommend.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** How good recommendations are, as text, as a picture and as a page. */
record RecommendReport(int k, List<Evaluation.Beam> recall, Evaluation.HeldOut heldOut) {
  void print(PrintWriter out) {
    out.printf("%nRecall@%d against exact scoring of what users have not seen:%n", k);
    TextTable.print(out, beams());
    out.printf(
        "%nThe newest fifth of ratings held out, %,d users, first %d places:%n",
        heldOut.users(), k);
    TextTable.print(out, qualities());
  }

  private List<String[]> beams() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"ef", "recall"});
    recall.forEach(
        beam -> lines.add(new String[] {String.valueOf(beam.ef()), number(beam.recall())}));
    return lines;
  }

  private List<String[]> qualities() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"by", "hit rate", "nDCG"});
    lines.add(line("factors", heldOut.factors()));
    lines.add(line("popularity", heldOut.popularity()));
    return lines;
  }

  private static String[] line(String name, List<Evaluation.Quality> places) {
    Evaluation.Quality all = places.get(places.size() - 1);
    return new String[] {name, number(all.hitRate()), number(all.ndcg())};
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Writes a page, or the plots alone as a PNG, over a file that is there. */
  void write(Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> charts =
        List.of(
            recallChart(),
            chart("Hit rate", Evaluation.Quality::hitRate),
            chart("nDCG", Evaluation.Quality::ndcg));
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (file.toString().endsWith(".png")) {
      BitmapEncoder.saveBitmap(
          charts, 1, charts.size(), file.toString(), BitmapEncoder.BitmapFormat.PNG);
    } else {
      Files.writeString(file, page(charts));
    }
  }

  private XYChart recallChart() {
    XYChart chart = chart("Recall against exact scoring", "ef", "recall@" + k);
    chart.getStyler().setYAxisDecimalPattern("0.000");
    chart.addSeries(
        "by the graph",
        recall.stream().mapToDouble(Evaluation.Beam::ef).toArray(),
        recall.stream().mapToDouble(Evaluation.Beam::recall).toArray());
    return chart;
  }

  private XYChart chart(String title, ToDoubleFunction<Evaluation.Quality> value) {
    XYChart chart = chart(title + " of held-out ratings", "places", title.toLowerCase(Locale.ROOT));
    add(chart, "factors", heldOut.factors(), value);
    add(chart, "popularity", heldOut.popularity(), value);
    return chart;
  }

  private static void add(
      XYChart chart,
      String name,
      List<Evaluation.Quality> places,
      ToDoubleFunction<Evaluation.Quality> value) {
    chart.addSeries(
        name,
        places.stream().mapToDouble(Evaluation.Quality::places).toArray(),
        places.stream().mapToDouble(value).toArray());
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(600)
            .height(450)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setYAxisDecimalPattern("0.00");
    return chart;
  }

  private String page(List<XYChart> charts) throws IOException {
    StringBuilder page =
        new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
    page.append("<title>Recommendations</title><body style=\"font-family:sans-serif\">");
    page.append(
        "<h1>Recommendations</h1><h2>Against exact scoring of what users have not seen</h2>");
    table(page, beams());
    page.append("<h2>Newest fifth of ratings held out, %,d users</h2>".formatted(heldOut.users()));
    table(page, qualities());
    for (XYChart chart : charts) {
      byte[] png = BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
      page.append("<p><img alt=\"")
          .append(chart.getTitle())
          .append("\" src=\"data:image/png;base64,");
      page.append(Base64.getEncoder().encodeToString(png)).append("\">");
    }
    return page.append("</body></html>\n").toString();
  }

  private static void table(StringBuilder page, List<String[]> lines) {
    page.append("<table cellpadding=\"6\">");
    for (String[] line : lines) {
      page.append("<tr><td>").append(String.join("<td>", line));
    }
    page.append("</table>");
  }
}
