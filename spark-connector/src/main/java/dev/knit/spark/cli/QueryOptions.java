package dev.knit.spark.cli;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which file has the queries for which index, the same for all commands that read queries. */
final class QueryOptions {
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

  /**
   * Queries that were read.
   *
   * @param vector the column that holds the vectors
   */
  record Queries(Dataset<Row> table, String vector) {}

  String index() {
    return index;
  }

  String file() {
    return queries;
  }

  Queries read(SparkSession spark) {
    Dataset<Row> table = Inputs.read(spark, queries);
    if (vector != null) {
      table = Inputs.parseVectors(table, vector);
    }
    return new Queries(table, Inputs.vectorColumn(table, vector, queries));
  }
}
