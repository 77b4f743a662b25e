package dev.knit.spark.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.knit.spark.KnitIndex;
import dev.knit.table.RecallCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            + " computations per query.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class EvalCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private QueryOptions queries;

  @Option(names = "--k", defaultValue = "10", description = "Neighbors per query.")
  private int k;

  @Option(names = "--ef", split = ",", defaultValue = "16,32,64,128", description = "Beam widths.")
  private int[] efs;

  @Option(names = "--json", description = "Write the figures as JSON.")
  private Path json;

  /** The JSON. */
  private record Report(
      String index, int k, int queries, @JsonProperty("points") List<Point> points) {}

  private record Point(
      int ef,
      double recall,
      @JsonProperty("queries_per_second") double queriesPerSecond,
      @JsonProperty("distance_computations_per_query") double distancesPerQuery) {
    static Point of(RecallCurve.Point point) {
      return new Point(
          point.ef(), point.recall(), point.queriesPerSecond(), point.distancesPerQuery());
    }
  }

  @Override
  public Integer call() throws IOException {
    check();
    SparkSession spark = LocalSession.start();
    KnitIndex knit = KnitIndex.open(spark, queries.index());
    QueryOptions.Queries read = queries.read(spark);
    float[][] vectors = Vectors.all(read.table(), read.vector());
    List<RecallCurve.Point> points = knit.recall(vectors, k, efs);
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"ef", "recall@" + k, "queries/s", "distances/query"});
    for (RecallCurve.Point point : points) {
      lines.add(
          new String[] {
            String.valueOf(point.ef()),
            String.format(Locale.ROOT, "%.4f", point.recall()),
            String.format(Locale.ROOT, "%.0f", point.queriesPerSecond()),
            String.format(Locale.ROOT, "%.1f", point.distancesPerQuery())
          });
    }
    TextTable.print(command.commandLine().getOut(), lines);
    if (json != null) {
      Reports.json(
          new Report(knit.path(), k, vectors.length, points.stream().map(Point::of).toList()),
          json);
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
