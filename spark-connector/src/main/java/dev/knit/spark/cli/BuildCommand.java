package dev.knit.spark.cli;

import dev.knit.spark.BuildReport;
import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.Partitioning;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit build}. */
@Command(
    name = "build",
    description = "Build an index from a file of vectors.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class BuildCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--input",
      required = true,
      description = "parquet, json, csv, fvecs or bvecs (also .gz).")
  private String input;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(names = "--id", defaultValue = "id", description = "Id column: int, long or string.")
  private String id;

  @Option(names = "--vector", description = "Vector column; not needed if there is only one.")
  private String vector;

  @Option(names = "--metric", defaultValue = "l2", description = "l2, cosine, inner_product or l1.")
  private String metric;

  @Option(
      names = "--m",
      defaultValue = "16",
      description = "Most neighbors per node; twice that on level 0.")
  private int m;

  @Option(
      names = "--ef-construction",
      defaultValue = "100",
      description = "Width of the beam while building.")
  private int efConstruction;

  @Option(
      names = "--partitions",
      description = "Subgraphs built in parallel; chosen by rows and cores if not given.")
  private Integer partitions;

  @Option(
      names = "--partitioning",
      defaultValue = "auto",
      description =
          "cells: parts of near vectors, merged by tasks that need two of them; hash: by chance, merged in rounds; auto: cells, but hash under inner_product.")
  private String partitioning;

  @Option(names = "--seed", defaultValue = "0", description = "Seed for the levels of nodes.")
  private long seed;

  @Option(
      names = "--quantization",
      defaultValue = "int8",
      description =
          "int8: a byte per component, a quarter of the memory, faster; or none (float32). Default: int8.")
  private String quantization;

  @Option(names = "--overwrite", description = "Replace an index that is there.")
  private boolean overwrite;

  @Option(names = "--report", description = "Write what was done as JSON.")
  private Path report;

  @Override
  public Integer call() throws IOException {
    IndexSpec spec = spec();
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    Dataset<Row> table = Inputs.read(spark, input);
    if (vector != null) {
      table = Inputs.parseVectors(table, vector);
    }
    String column = Inputs.vectorColumn(table, vector, input);
    IndexSpec named =
        new IndexSpec(
            id,
            column,
            spec.metric(),
            m,
            efConstruction,
            spec.partitioning(),
            spec.partitions(),
            seed,
            spec.quantization(),
            overwrite);
    KnitIndex built = KnitIndex.build(table, named, index);
    BuildReport done = built.buildReport().orElseThrow();
    Reports.print(command.commandLine().getOut(), done, built.path());
    if (report != null) {
      Reports.json(done, report);
    }
    return 0;
  }

  /** The options as a specification; wrong ones are a wrong call. */
  private IndexSpec spec() {
    if (partitions != null && partitions < 1) {
      throw new ParameterException(
          command.commandLine(), "--partitions (%d) must be at least 1.".formatted(partitions));
    }
    try {
      return IndexSpec.of(id, "vector")
          .metric(Metric.of(metric))
          .m(m)
          .efConstruction(efConstruction)
          .quantization(Quantization.of(quantization))
          .partitioning(Partitioning.of(partitioning))
          .partitions(partitions == null ? 0 : partitions);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
