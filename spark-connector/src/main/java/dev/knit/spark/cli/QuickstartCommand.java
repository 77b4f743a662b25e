package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;

import dev.knit.spark.BuildReport;
import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.table.RecallCurve;
import dev.knit.vector.Metric;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit quickstart}: the main job once, on films. */
@Command(
    name = "quickstart",
    description = "Index 34,505 films as one graph and join each with its 10 nearest.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class QuickstartCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;
  private static final int K = 10;
  private static final int MEASURED = 1000;
  private static final List<String> SHOWN =
      List.of("The Godfather", "Toy Story", "Alien", "Casablanca");

  @Spec private CommandSpec command;

  @Option(names = "--films", description = "The films, as parquet.")
  private Path films =
      Path.of(System.getProperty("knit.home", ".")).resolve("notebooks/data/movies.parquet");

  @Option(names = "--index", description = "Directory of the index; replaced if it is there.")
  private Path index = Path.of("knit-index/movies");

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    long start = System.nanoTime();
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    Dataset<Row> table = Inputs.read(spark, films.toString());
    double sparkSeconds = seconds(start);

    IndexSpec spec =
        IndexSpec.of("id", "embedding").metric(Metric.COSINE).partitions(PARTITIONS).overwriting();
    KnitIndex knit = KnitIndex.build(table, spec, index.toString());
    BuildReport report = knit.buildReport().orElseThrow();
    Reports.print(out, report, knit.path());

    long joinStart = System.nanoTime();
    Dataset<Row> joined =
        knit.knnJoin(
            table, "embedding", KnnOptions.of(K).excludeSelf("id").rightPrefix("neighbor_"));
    joined =
        joined.select("title", "year", "neighbor_title", "neighbor_year", "_distance", "_rank");
    joined = joined.persist();
    long pairs = joined.count();
    double joinSeconds = seconds(joinStart);
    out.printf("%nJoined every film with its %d nearest: %,d pairs.%n", K, pairs);
    show(out, joined);

    long recallStart = System.nanoTime();
    float[][] queries = Vectors.sample(table, "embedding", MEASURED);
    RecallCurve.Point point = knit.recall(queries, K, KnnOptions.DEFAULT_EF).get(0);
    out.printf(
        "%nRecall@%d against exact search, %,d films, ef %d: %.4f (%.0f queries/s on one thread,"
            + " %.0f of %,d distances each)%n",
        K,
        queries.length,
        point.ef(),
        point.recall(),
        point.queriesPerSecond(),
        point.distancesPerQuery(),
        report.nodes());
    out.printf("Seconds: Spark %.1f", sparkSeconds);
    report.phases().forEach(phase -> out.printf(", %s %.1f", phase.name(), phase.seconds()));
    out.printf(
        ", join %.1f, recall %.1f; all %.1f%n", joinSeconds, seconds(recallStart), seconds(start));
    out.printf("The index is in %s; try:  ./knit search --index %s --id 9000%n", index, index);
    out.flush();
    return 0;
  }

  private static void show(PrintWriter out, Dataset<Row> joined) {
    for (String title : SHOWN) {
      List<Row> nearest =
          joined
              .filter(col("title").equalTo(title))
              .orderBy("year", "_rank")
              .limit(4)
              .collectAsList();
      for (Row row : nearest) {
        if (row.getInt(5) == 1) {
          out.printf("%n  %s (%d)%n", row.getString(0), row.getInt(1));
        }
        out.printf(
            "    %d. %-45s %d   %.4f%n",
            row.getInt(5), row.getString(2), row.getInt(3), row.getFloat(4));
      }
    }
    out.flush();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
