package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Writes a table as one file, by the extension of its name. */
final class Outputs {
  private Outputs() {}

  /** Refuses what cannot be written, before any work is done for it. */
  static void check(Path output) {
    if (Files.exists(output)) {
      throw new IllegalArgumentException(
          "'%s' exists; choose another name or remove it.".formatted(output));
    }
    String extension = Inputs.extension(output.toString());
    if (!extension.matches("parquet|csv|json") || output.toString().endsWith(".gz")) {
      throw new IllegalArgumentException(
          "'%s' has an unknown extension; use parquet, csv or json.".formatted(output));
    }
  }

  /** Writes {@code table}, which is in one partition, in its order. */
  static void write(Dataset<Row> table, Path output) throws IOException {
    Path parent = output.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path parts = Files.createTempDirectory(parent, "." + output.getFileName());
    try {
      String directory = parts.resolve("out").toString();
      switch (Inputs.extension(output.toString())) {
        case "parquet" -> table.write().parquet(directory);
        case "json" -> table.write().option("ignoreNullFields", false).json(directory);
        default -> flat(table).write().option("header", true).option("escape", "\"").csv(directory);
      }
      try (Stream<Path> files = Files.list(Path.of(directory))) {
        Path part =
            files
                .filter(file -> file.getFileName().toString().startsWith("part-"))
                .findFirst()
                .orElseThrow();
        Files.move(part, output);
      }
    } finally {
      delete(parts);
    }
  }

  /** CSV has no nested values: they are written as JSON. */
  private static Dataset<Row> flat(Dataset<Row> table) {
    Dataset<Row> flat = table;
    for (StructField field : table.schema().fields()) {
      boolean nested =
          field.dataType() instanceof ArrayType
              || field.dataType() instanceof MapType
              || field.dataType() instanceof StructType;
      if (nested) {
        flat = flat.withColumn(field.name(), to_json(col("`" + field.name() + "`")));
      }
    }
    return flat;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
