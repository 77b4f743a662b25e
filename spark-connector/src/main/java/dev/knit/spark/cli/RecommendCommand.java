package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;

import dev.knit.spark.KnnOptions;
import dev.knit.spark.recommend.Evaluation;
import dev.knit.spark.recommend.Recommender;
import dev.knit.spark.recommend.RecommenderSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit recommend}. */
@Command(
    name = "recommend",
    description =
        "Learn factors from ratings, index the items by them, and join all users with the items that"
            + " suit best and that they have not rated.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class RecommendCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--ratings",
      required = true,
      description = "csv or parquet: userId, movieId, rating, and timestamp if there is one.")
  private String ratings;

  @Option(
      names = "--items",
      required = true,
      description =
          "csv or parquet: movieId and other columns; genres by '|' and a year that ends the title become columns.")
  private String items;

  @Option(names = "--output", required = true, description = "parquet, csv or json, one file.")
  private Path output;

  @Option(names = "--index", description = "Directory of the index; replaced if it is there.")
  private String index = "knit-index/recommend";

  @Option(
      names = "--new-ratings",
      description =
          "Ratings that came after --index was made: it is refreshed by them, not trained anew.")
  private String arrived;

  @Option(
      names = "--users",
      description =
          "csv or parquet with a column userId: only these; unknown ones get what is popular.")
  private String users;

  @Option(names = "--similar", description = "Write the nearest items of each item, too.")
  private Path similar;

  @Option(
      names = "--evaluate",
      description = "Train once more without the newest fifth of ratings, and look for these.")
  private boolean evaluate;

  @Option(names = "--report", description = "Write the evaluation as html, or its plots as png.")
  private Path report;

  @Mixin private SearchOptions search;

  @Mixin private RatingOptions columns;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    KnnOptions options = search.options(command);
    RecommenderSpec spec = columns.spec(command);
    check();
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    Dataset<Row> table = ItemTable.of(Inputs.read(spark, items)).persist();
    RatingTable reader = new RatingTable(spark, spec);
    Dataset<Row> rated = reader.read(ratings, table).persist();
    Recommender recommender;
    if (arrived == null) {
      recommender = Recommender.train(rated, table, spec, index);
    } else {
      Dataset<Row> more = reader.read(arrived, table);
      rated = rated.unionByName(more, true).persist();
      recommender = Recommender.open(spark, index, spec).refresh(rated, table, more);
    }
    PrintWriter out = command.commandLine().getOut();
    reader.tell(out, rated, recommender);
    write(recommender, rated, options, out);
    if (similar != null) {
      Outputs.write(ordered(recommender.similar(KnnOptions.of(options.k())), spec.item()), similar);
      out.printf("The %d items most similar to each are in '%s'.%n", options.k(), similar);
    }
    out.printf("Seconds with Spark's start: %.1f%n", (System.nanoTime() - start) / 1e9);
    if (evaluate || report != null) {
      evaluate(recommender, rated, table, options, out);
    }
    out.flush();
    return 0;
  }

  private void check() {
    Outputs.check(output);
    if (similar != null) {
      Outputs.check(similar);
    }
    if (report != null && !report.toString().matches(".*\\.(html|png)")) {
      throw new IllegalArgumentException(
          "'%s' has an unknown extension; use html or png.".formatted(report));
    }
  }

  private void write(
      Recommender recommender, Dataset<Row> rated, KnnOptions options, PrintWriter out)
      throws IOException {
    Dataset<Row> found =
        users == null
            ? recommender.recommend(rated, options)
            : recommender.recommend(rated, Inputs.read(rated.sparkSession(), users), options);
    Dataset<Row> kept = ordered(found, found.columns()[0]).persist();
    long rows = kept.count();
    long served = kept.select(found.columns()[0]).distinct().count();
    Outputs.write(kept, output);
    out.printf(
        "%,d users got %,d recommendations of up to %d, in '%s'.%n",
        served, rows, options.k(), output);
    kept.unpersist();
  }

  private static Dataset<Row> ordered(Dataset<Row> rows, String by) {
    return rows.repartition(1).sortWithinPartitions(col("`" + by + "`"), col("_rank"));
  }

  private void evaluate(
      Recommender recommender,
      Dataset<Row> rated,
      Dataset<Row> table,
      KnnOptions options,
      PrintWriter out)
      throws IOException {
    int[] efs = {options.k(), 16, 32, 64, 128, 256};
    List<Evaluation.Beam> recall = Evaluation.recall(recommender, rated, options, efs);
    Path other = Files.createTempDirectory("knit-held-out");
    try {
      Evaluation.HeldOut heldOut =
          Evaluation.heldOut(rated, table, columns.spec(command), options, other.toString());
      RecommendReport done = new RecommendReport(options.k(), recall, heldOut);
      done.print(out);
      if (report != null) {
        done.write(report);
        out.printf("The report is in '%s'.%n", report);
      }
    } finally {
      FileUtils.deleteDirectory(other.toFile());
    }
  }
}
