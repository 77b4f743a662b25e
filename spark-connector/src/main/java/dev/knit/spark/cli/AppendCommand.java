package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit append}. */
@Command(
    name = "append",
    description = "Add the rows of a file to an index.",
    mixinStandardHelpOptions = true)
final class AppendCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--input",
      required = true,
      description = "parquet, json, csv, fvecs or bvecs (also .gz), with the index's columns.")
  private String input;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(names = "--upsert", description = "Replace the rows that have the same ids.")
  private boolean upsert;

  @Option(names = "--compact", description = "Compact afterwards if it is worth it.")
  private boolean compact;

  @Override
  public Integer call() {
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    KnitIndex before = KnitIndex.open(spark, index);
    Dataset<Row> rows =
        Inputs.parseVectors(Inputs.read(spark, input), before.snapshot().schema().vector());
    KnitIndex after = upsert ? before.upsert(rows) : before.append(rows);
    PrintWriter out = command.commandLine().getOut();
    Changes.print(out, after.snapshot());
    if (compact) {
      CompactCommand.print(out, after.compact());
    }
    return 0;
  }
}
