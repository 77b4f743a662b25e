package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit search}. */
@Command(
    name = "search",
    description = "Show the nearest rows to one row of the index, or to a vector.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SearchCommand implements Callable<Integer> {
  private static final String QUERY = "_query";

  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @ArgGroup(multiplicity = "1")
  private Target target;

  @Mixin private SearchOptions search;

  /** What to search for. */
  private static final class Target {
    @Option(names = "--id", required = true, description = "The id of a row of the index.")
    private String id;

    @Option(names = "--vector", required = true, description = "A vector as [1, 2, …].")
    private String vector;
  }

  @Override
  public Integer call() {
    KnnOptions options = search.options(command);
    SparkSession spark = LocalSession.start();
    KnitIndex knit = KnitIndex.open(spark, index);
    float[] query =
        target.id == null ? QueryVectors.parse(target.vector) : QueryVectors.ofRow(knit, target.id);
    Dataset<Row> one =
        spark.createDataFrame(
            List.of(RowFactory.create((Object) query)),
            new StructType().add(QUERY, DataTypes.createArrayType(DataTypes.FloatType)));
    List<Row> found =
        knit.knnJoin(one, QUERY, search.negatives(knit, options)).drop(QUERY).collectAsList();
    TextTable.print(command.commandLine().getOut(), found);
    return 0;
  }
}
