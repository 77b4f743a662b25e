package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import dev.knit.io.VecsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Reads tables by the extension of their name. */
final class Inputs {
  private static final String KNOWN =
      "parquet, json, jsonl, csv, fvecs or bvecs, plain or with .gz";

  private Inputs() {}

  /** Reads a file, or a directory of parquet files. */
  static Dataset<Row> read(SparkSession spark, String name) {
    if (!name.contains(":") && !Files.exists(Path.of(name))) {
      throw new IllegalArgumentException("There is no file '%s'.".formatted(name));
    }
    if (VecsReader.reads(name)) {
      return VecsTable.read(spark, name);
    }
    return switch (extension(name)) {
      case "parquet" -> spark.read().parquet(name);
      case "json", "jsonl" -> spark.read().json(name);
      case "csv" -> spark.read().option("header", true).option("inferSchema", true).csv(name);
      default -> {
        if (Files.isDirectory(Path.of(name))) {
          yield spark.read().parquet(name);
        }
        throw new IllegalArgumentException(
            "'%s' has an unknown extension; use %s.".formatted(name, KNOWN));
      }
    };
  }

  /**
   * A table whose vectors are arrays: in text formats a vector may be written as {@code [1, 2, …]}.
   */
  static Dataset<Row> parseVectors(Dataset<Row> table, String column) {
    boolean text =
        Arrays.stream(table.schema().fields())
            .anyMatch(
                field ->
                    field.name().equals(column) && field.dataType().equals(DataTypes.StringType));
    return text
        ? table.withColumn(
            column,
            from_json(
                col("`" + column + "`"),
                DataTypes.createArrayType(DataTypes.DoubleType),
                Map.of("mode", "FAILFAST")))
        : table;
  }

  /** The vector column: the one named, or the only one that can be. */
  static String vectorColumn(Dataset<Row> table, String named, String source) {
    if (named != null) {
      return named;
    }
    List<String> candidates =
        Arrays.stream(table.schema().fields())
            .filter(Inputs::holdsVectors)
            .map(StructField::name)
            .toList();
    if (candidates.size() != 1) {
      throw new IllegalArgumentException(
          "'%s' has %s; say which is the vector with --vector."
              .formatted(
                  source,
                  candidates.isEmpty()
                      ? "no column of float arrays among " + String.join(", ", table.columns())
                      : "several columns of float arrays: " + String.join(", ", candidates)));
    }
    return candidates.get(0);
  }

  static String extension(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    return plain.substring(plain.lastIndexOf('.') + 1);
  }

  private static boolean holdsVectors(StructField field) {
    return field.dataType() instanceof ArrayType array
        && (array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType));
  }
}
