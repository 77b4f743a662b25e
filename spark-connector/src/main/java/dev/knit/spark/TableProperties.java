package dev.knit.spark;

import dev.knit.hnsw.HnswParams;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What is said of a new table besides its columns: {@code id} (the column {@code id}), {@code
 * vector} (the only column that holds vectors), {@code metric} (l2), {@code m} (16), {@code
 * ef_construction} (100), {@code seed} (0), {@code quantization} (int8), {@code partitions}; and
 * for a table that is made without rows {@code dimension} and, for inner products, {@code
 * max_norm}.
 *
 * @param dimension 0 when it is not said
 * @param maxNorm 0 when it is not said
 */
record TableProperties(IndexSpec spec, int dimension, float maxNorm) {
  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "vector",
          "metric",
          "m",
          "ef_construction",
          "seed",
          "quantization",
          "partitions",
          "dimension",
          "max_norm");

  /** What Spark adds by itself. */
  private static final Set<String> SPARKS =
      Set.of("provider", "owner", "path", "table_type", "is_managed_location");

  /**
   * Reads properties.
   *
   * @throws IllegalArgumentException when one is unknown or has no fitting value
   */
  static TableProperties of(StructType fields, Map<String, String> properties) {
    Set<String> unknown = new TreeSet<>(properties.keySet());
    unknown.removeAll(SPARKS);
    unknown.removeAll(KNOWN);
    unknown.removeIf(key -> key.startsWith("option."));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Index tables have no property '%s'; they have %s."
              .formatted(unknown.iterator().next(), new TreeSet<>(KNOWN)));
    }
    String vector = properties.getOrDefault("vector", "");
    IndexSpec spec =
        IndexSpec.of(
                properties.getOrDefault("id", "id"), vector.isEmpty() ? onlyVector(fields) : vector)
            .metric(Metric.of(properties.getOrDefault("metric", Metric.L2.id())))
            .m((int) number(properties, "m", HnswParams.DEFAULT.m()))
            .efConstruction(
                (int) number(properties, "ef_construction", HnswParams.DEFAULT.efConstruction()))
            .seed(number(properties, "seed", 0))
            .partitions((int) number(properties, "partitions", 0))
            .quantization(
                Quantization.of(properties.getOrDefault("quantization", Quantization.INT8.id())));
    return new TableProperties(
        spec, (int) number(properties, "dimension", 0), norm(properties.get("max_norm")));
  }

  /**
   * Refuses what is not enough to make a table without rows.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  void requireComplete() {
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "A table without rows needs the dimension of its vectors: TBLPROPERTIES ('dimension' = '384').");
    }
    if (spec.metric() == Metric.INNER_PRODUCT && maxNorm <= 0) {
      throw new IllegalArgumentException(
          "A table without rows needs for inner products the length of the longest vector to come: TBLPROPERTIES ('max_norm' = '1.0').");
    }
  }

  private static String onlyVector(StructType fields) {
    List<String> vectors =
        Arrays.stream(fields.fields())
            .filter(SparkVectors::isVector)
            .map(StructField::name)
            .toList();
    if (vectors.size() != 1) {
      throw new IllegalArgumentException(
          "Which column holds the vectors? Of %s %s of type ARRAY<FLOAT> or ARRAY<DOUBLE>; name one by the property 'vector'."
              .formatted(
                  List.of(fields.fieldNames()),
                  vectors.isEmpty() ? "none is" : String.join(" and ", vectors) + " are"));
    }
    return vectors.get(0);
  }

  private static long number(Map<String, String> properties, String key, long otherwise) {
    String text = properties.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "%s ('%s') must be a whole number from 0 to 999999999.".formatted(key, text));
    }
    return Long.parseLong(text);
  }

  private static float norm(String text) {
    if (text == null) {
      return 0;
    }
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("max_norm ('%s') must be a number.".formatted(text), e);
    }
  }
}
