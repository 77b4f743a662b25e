package dev.knit.benchmarks;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is measured on, and with which parameters; the same for all runs. */
final class DataOptions {
  @Option(names = "--base", required = true, description = "fvecs or bvecs, also .gz.")
  private Path base;

  @Option(names = "--queries", required = true, description = "fvecs or bvecs, also .gz.")
  private Path queries;

  @Option(names = "--metric", defaultValue = "l2")
  private String metric;

  @Option(names = "--rows", defaultValue = "200000", description = "The first of the base file.")
  private int rows;

  @Option(names = "--query-count", defaultValue = "2000", description = "The first of the file.")
  private int queryCount;

  @Option(names = "--m", defaultValue = "16")
  int m;

  @Option(names = "--ef-construction", defaultValue = "100")
  int efConstruction;

  DataSet load() throws IOException {
    return DataSet.load(base, queries, Metric.of(metric), rows, queryCount);
  }

  /** The parameters as a heading. */
  String describe(DataSet data) {
    return "%s, %s, m %d, ef_construction %d, JDK %s"
        .formatted(data.name(), metric, m, efConstruction, Runtime.version().feature());
  }
}
