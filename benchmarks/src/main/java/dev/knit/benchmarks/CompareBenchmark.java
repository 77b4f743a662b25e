package dev.knit.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Build and search of several libraries on the same data with the same m and ef_construction, in
 * turns. Rates are medians over the rounds, and are compared at equal recall by interpolation
 * between the values of ef. All libraries get vectors of unit length where the metric is cosine.
 */
@Command(name = "compare", description = "Build and search side by side with other libraries.")
final class CompareBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(
      names = "--libraries",
      split = ",",
      defaultValue = "knit,hnswlib-core",
      description =
          "Of knit, knit-int8, both with -adaptive (gamma is ef / 1000 with a beam of 512),"
              + " hnswlib-core, jvector, lucene, and from PyPI hnswlib, faiss.")
  List<String> libraries;

  @Option(names = "--reference", description = "Ratios are to it; the last of the libraries.")
  String reference;

  @Option(names = "--ef", split = ",", defaultValue = "10,16,24,32,48,64,96,128,192,256")
  List<Integer> efs;

  @Option(names = "--recall", split = ",", defaultValue = "0.90,0.95,0.98,0.99")
  List<Double> recalls;

  @Option(names = "--threads", defaultValue = "1", description = "For building.")
  int threads;

  @Option(names = "--rounds", defaultValue = "5", description = "Of searches.")
  int rounds;

  @Option(names = "--build-rounds", defaultValue = "1")
  int buildRounds;

  @Option(names = "--warm-up", defaultValue = "3", description = "Seconds, for each library.")
  double warmUp;

  @Option(names = "--python", defaultValue = "python3", description = "Has hnswlib and faiss.")
  String python;

  @Option(names = "--output", description = "Directory for compare.json and compare.png.")
  Path output;

  @Override
  public Integer call() throws Exception {
    check();
    DataSet data = options.load();
    if (data.metric() != Metric.L2 && data.metric() != Metric.COSINE) {
      throw new IllegalArgumentException(
          "Metric %s is not one that all libraries have; use l2 or cosine."
              .formatted(data.metric().id()));
    }
    System.out.println(options.describe(data));
    Comparison comparison =
        Comparison.of(options.run(data, threads), measure(data), reference, recalls);
    System.out.println(ComparisonTable.of(comparison, recalls));
    if (output != null) {
      write(comparison, options.describe(data));
    }
    return 0;
  }

  private void check() {
    reference = reference == null ? libraries.get(libraries.size() - 1) : reference;
    if (!libraries.contains(reference)) {
      throw new IllegalArgumentException(
          "Reference '%s' is not among the libraries %s.".formatted(reference, libraries));
    }
    if (rounds < 1 || buildRounds < 1 || efs.stream().anyMatch(ef -> ef < DataSet.K)) {
      throw new IllegalArgumentException(
          "--rounds and --build-rounds must be at least 1, and every --ef at least %d."
              .formatted(DataSet.K));
    }
  }

  private List<Curve> measure(DataSet data) throws Exception {
    List<Contender> contenders = new ArrayList<>();
    try {
      for (String library : libraries) {
        contenders.add(Libraries.contender(library, python, data, options.params(threads)));
      }
      Contest contest = new Contest(data, contenders);
      contest.build(buildRounds);
      contest.warmUp(Collections.max(efs), warmUp);
      for (int ef : efs.stream().sorted().toList()) {
        contest.search(ef, rounds);
      }
      return contest.curves();
    } finally {
      for (Contender contender : contenders) {
        contender.close();
      }
    }
  }

  private void write(Comparison comparison, String title) throws Exception {
    Files.createDirectories(output);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(output.resolve("compare.json").toFile(), comparison);
    ComparisonPlot.write(comparison, title, output.resolve("compare.png"));
  }
}
