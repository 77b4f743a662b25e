package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.monotonically_increasing_id;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit join}. */
@Command(
    name = "join",
    description = "Join each row of a file with its nearest rows of an index.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class JoinCommand implements Callable<Integer> {
  private static final String PREFIX = "query_";
  private static final String ORDER = "_order";

  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(
      names = "--queries",
      required = true,
      description = "parquet, json, csv, fvecs or bvecs (also .gz).")
  private String queries;

  @Option(
      names = "--vector",
      description = "Vector column of the queries; not needed if there is only one.")
  private String vector;

  @Mixin private SearchOptions search;

  @Option(names = "--output", required = true, description = "parquet, csv or json, one file.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    KnnOptions options = search.options(command);
    Outputs.check(output);
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    KnitIndex knit = KnitIndex.open(spark, index);
    Dataset<Row> table = Inputs.read(spark, queries);
    if (vector != null) {
      table = Inputs.parseVectors(table, vector);
    }
    String column = Inputs.vectorColumn(table, vector, queries);
    for (String name : table.columns()) {
      table = table.withColumnRenamed(name, PREFIX + name);
    }
    Dataset<Row> joined =
        knit.knnJoin(
                table.withColumn(ORDER, monotonically_increasing_id()), PREFIX + column, options)
            .drop(PREFIX + column)
            .repartition(1)
            .sortWithinPartitions(ORDER, "_rank")
            .drop(ORDER);
    long start = System.nanoTime();
    Outputs.write(joined, output);
    command
        .commandLine()
        .getOut()
        .printf(
            "Joined '%s' with '%s' in %.1f s; the result is in '%s'.%n",
            queries, knit.path(), (System.nanoTime() - start) / 1e9, output);
    return 0;
  }
}
