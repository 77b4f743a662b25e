package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.monotonically_increasing_id;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

  @Mixin private QueryOptions queries;

  @Mixin private SearchOptions search;

  @Option(names = "--output", required = true, description = "parquet, csv or json, one file.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    KnnOptions options = search.options(command);
    Outputs.check(output);
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    KnitIndex knit = KnitIndex.open(spark, queries.index());
    QueryOptions.Queries read = queries.read(spark);
    Dataset<Row> table = read.table();
    table = table.toDF(Arrays.stream(table.columns()).map(PREFIX::concat).toArray(String[]::new));
    String vector = PREFIX + read.vector();
    Dataset<Row> joined =
        knit.knnJoin(
                table.withColumn(ORDER, monotonically_increasing_id()),
                vector,
                search.negatives(knit, options))
            .drop(vector)
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
            queries.file(), knit.path(), (System.nanoTime() - start) / 1e9, output);
    return 0;
  }
}
