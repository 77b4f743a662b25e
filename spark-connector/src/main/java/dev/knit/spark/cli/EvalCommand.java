package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit eval}. */
@Command(
    name = "eval",
    description =
        "Measure recall against exact search, queries per second of one thread, and distance"
            + " computations per query, of one index or of two side by side.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private QueryOptions queries;

  @Option(names = "--k", defaultValue = "10", description = "Neighbors per query.")
  private int k;

  @Option(names = "--ef", split = ",", defaultValue = "16,32,64,128", description = "Beam widths.")
  private int[] efs;

  @Option(
      names = "--compare",
      paramLabel = "DIR2",
      description = "Directory of another index, to be shown beside the first.")
  private String compare;

  @Option(
      names = "--png",
      paramLabel = "FILE",
      description = "Draw recall against distance computations per query.")
  private Path png;

  @Option(names = "--json", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    check();
    SparkSession spark = LocalSession.start();
    List<KnitIndex> indexes = new ArrayList<>();
    indexes.add(KnitIndex.open(spark, queries.index()));
    if (compare != null) {
      indexes.add(KnitIndex.open(spark, compare));
    }
    QueryOptions.Queries read = queries.read(spark);
    float[][] vectors = Vectors.all(read.table(), read.vector());
    List<EvalReport> reports = new ArrayList<>();
    for (KnitIndex index : indexes) {
      reports.add(EvalReport.of(index, vectors, k, efs));
    }
    EvalReport.print(reports, command.commandLine().getOut());
    if (png != null) {
      EvalPlot.write(reports, png);
    }
    if (json != null) {
      Reports.json(compare == null ? reports.get(0) : reports, json);
    }
    return 0;
  }

  private void check() {
    if (k < 1) {
      throw new ParameterException(
          command.commandLine(), "--k (%d) must be at least 1.".formatted(k));
    }
    for (int ef : efs) {
      if (ef < k) {
        throw new ParameterException(
            command.commandLine(), "--ef (%d) must be at least --k (%d).".formatted(ef, k));
      }
    }
  }
}
