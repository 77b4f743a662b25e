package dev.knit.benchmarks;

import dev.knit.vector.Metric;
import dev.knit.vector.VectorKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is measured on, and with which parameters; the same for all runs. */
final class DataOptions {
  @Option(names = "--data", description = "DIR/sift1m-photos, DIR/mnist-784, DIR/arxiv-lsa-256.")
  private Path data;

  @Option(names = "--base", description = "fvecs, bvecs or idx3-ubyte, also .gz.")
  private Path base;

  @Option(names = "--queries", description = "fvecs, bvecs or idx3-ubyte, also .gz.")
  private Path queries;

  @Option(names = "--metric", defaultValue = "l2", description = "Of --base and --queries.")
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
    return DataSet.load(files(), rows, queryCount);
  }

  private DataSets.Files files() {
    boolean pair = base != null && queries != null;
    if (data == null ? !pair : base != null || queries != null) {
      throw new IllegalArgumentException("Give either --data, or --base and --queries.");
    }
    return pair ? new DataSets.Files(base, queries, Metric.of(metric)) : DataSets.in(data);
  }

  BuildParams params(int threads) {
    return new BuildParams(m, efConstruction, threads);
  }

  /** The parameters as a heading. */
  String describe(DataSet data) {
    return "%s, %d queries, %s, m %d, ef_construction %d, JDK %s"
        .formatted(
            data.name(),
            data.queries().length,
            data.metric().id(),
            m,
            efConstruction,
            Runtime.version().feature());
  }

  /** The parameters by name. */
  Map<String, Object> run(DataSet data, int threads) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("data", data.name());
    run.put("metric", data.metric().id());
    run.put("rows", data.base().length);
    run.put("dimension", data.dimension());
    run.put("queries", data.queries().length);
    run.put("k", DataSet.K);
    run.put("m", m);
    run.put("efConstruction", efConstruction);
    run.put("buildThreads", threads);
    run.put("jvm", Runtime.version().toString());
    run.put("knitUsesVectorApi", VectorKernels.simd());
    return run;
  }
}
