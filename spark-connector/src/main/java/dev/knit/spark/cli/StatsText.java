package dev.knit.spark.cli;

import dev.knit.hnsw.Distribution;
import dev.knit.hnsw.GraphQuality;
import dev.knit.table.IndexStats;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quality of graphs for people: a table of levels, estimates, and histograms of level 0. */
final class StatsText {
  private static final int BAR = 40;

  private static final String[] HEADINGS = {
    "level",
    "nodes",
    "expected",
    "unreachable",
    "no incoming",
    "degree: min",
    "mean",
    "median",
    "max",
    "in-degree: p99",
    "max",
    "links to top 1 %"
  };

  private StatsText() {}

  static void print(PrintWriter out, IndexStats stats) {
    line(
        out,
        "Version %d: %,d rows in %d segment(s)",
        stats.version(),
        stats.rows(),
        stats.segments().size());
    for (IndexStats.SegmentStats segment : stats.segments()) {
      out.println();
      GraphQuality graph = segment.graph();
      line(
          out,
          "Segment %s: %,d rows, %,d nodes, m %d",
          segment.uuid(),
          segment.rows(),
          graph.nodes(),
          graph.m());
      if (graph.nodes() > 0) {
        print(out, graph);
      }
    }
    out.flush();
  }

  private static void print(PrintWriter out, GraphQuality graph) {
    List<String[]> lines = new ArrayList<>();
    lines.add(HEADINGS);
    graph.levels().forEach(level -> lines.add(cells(level)));
    TextTable.print(out, lines);
    if (graph.recall() != null) {
      print(out, graph.recall(), graph.routes());
    }
    print(out, "Degrees on level 0:", graph.levels().get(0).degree());
    print(out, "In-degrees on level 0:", graph.levels().get(0).inDegree());
  }

  private static String[] cells(GraphQuality.Level level) {
    return new String[] {
      text("%d", level.level()),
      text("%,d", level.nodes()),
      text("%,.1f", level.expectedNodes()),
      text("%,d", level.unreachable()),
      text("%,d", level.withoutIncoming()),
      text("%d", level.degree().min()),
      text("%.1f", level.degree().mean()),
      text("%d", level.degree().median()),
      text("%d", level.degree().max()),
      text("%d", level.inDegree().p99()),
      text("%d", level.inDegree().max()),
      text("%.1f %%", 100 * level.hubShare())
    };
  }

  private static void print(
      PrintWriter out, GraphQuality.Recall recall, GraphQuality.Routes routes) {
    line(
        out,
        "Recall@%d at ef %d: %.4f ± %.4f (standard error; %d sampled nodes), %.1f distances/query",
        recall.k(),
        recall.ef(),
        recall.recall(),
        recall.standardError(),
        recall.queries(),
        recall.distancesPerQuery());
    line(
        out,
        "Greedy routes: %d of %d arrive, in %.1f hops of %.2f times the direct distance",
        routes.arrived(),
        routes.pairs(),
        routes.hops(),
        routes.distortion());
  }

  private static void print(PrintWriter out, String title, Distribution distribution) {
    out.println(title);
    int most = 1;
    for (Distribution.Bucket bucket : distribution.histogram()) {
      most = Math.max(most, bucket.nodes());
    }
    for (Distribution.Bucket bucket : distribution.histogram()) {
      String range =
          bucket.from() == bucket.to()
              ? text("%d", bucket.from())
              : text("%d-%d", bucket.from(), bucket.to());
      int length = (int) Math.ceil((double) BAR * bucket.nodes() / most);
      line(out, "%11s %,11d %s", range, bucket.nodes(), "#".repeat(length));
    }
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.println(text(format, values).stripTrailing());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
