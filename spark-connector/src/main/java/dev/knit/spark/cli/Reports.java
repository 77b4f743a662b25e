package dev.knit.spark.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.knit.spark.BuildReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was done, for people and for programs. */
final class Reports {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** For reports of the core, whose records have no names of their own for JSON. */
  private static final ObjectMapper SNAKE_CASE =
      JSON.copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private Reports() {}

  /** Prints a build. */
  static void print(PrintWriter out, BuildReport report, String path) {
    out.printf(
        "Indexed %,d rows of dimension %d as one graph of %,d nodes, from %d subgraph(s) by %s:%n",
        report.rows(),
        report.dimension(),
        report.nodes(),
        report.partitions(),
        report.partitioning());
    for (BuildReport.Phase phase : report.phases()) {
      out.printf("  %-10s %7.1f s", phase.name(), phase.seconds());
      if (phase.distanceComputations() > 0) {
        out.printf("  %,15d distance computations", phase.distanceComputations());
        work(out, phase.work());
      }
      if (phase.shuffleBytes() > 0) {
        out.printf("  %,.1f MB shuffled", phase.shuffleBytes() / 1e6);
      }
      if (phase.peakHeapBytes() > 0) {
        out.printf("  heap %,d MB", phase.peakHeapBytes() >> 20);
      }
      out.println();
    }
    out.printf(
        "%,.1f MB written to %s; peak heap %,d MB.%n",
        report.bytesWritten() / 1e6, path, report.peakHeapBytes() >> 20);
    out.flush();
  }

  private static void work(PrintWriter out, BuildReport.Work work) {
    List<String> parts = new ArrayList<>();
    add(parts, "search", work.search());
    add(parts, "selection", work.selection());
    add(parts, "links", work.links());
    add(parts, "jumps", work.jumps());
    if (!parts.isEmpty()) {
      out.printf(" (%s)", String.join(", ", parts));
    }
  }

  private static void add(List<String> parts, String name, long count) {
    if (count > 0) {
      parts.add("%s %,d".formatted(name, count));
    }
  }

  /** Prints any record as JSON. */
  static void json(Object report, PrintWriter out) throws IOException {
    out.println(SNAKE_CASE.writeValueAsString(report));
    out.flush();
  }

  /** Writes anything as JSON. */
  static void json(Object report, Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Files.writeString(file, JSON.writeValueAsString(report) + "\n");
  }
}
