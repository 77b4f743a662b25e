package dev.knit.flink.table;

import dev.knit.hnsw.HnswParams;
import dev.knit.table.Column;
import dev.knit.table.IndexParams;
import dev.knit.table.Operation;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/** Tables that a statement declares, and what the options of one that exists must say. */
final class NewTable {
  private NewTable() {}

  /**
   * The first version of a table without rows.
   *
   * @throws ValidationException when something is missing that only the user can tell
   */
  static Snapshot first(TableColumns columns, ReadableConfig options) {
    if (columns.id() < 0) {
      throw new ValidationException(
          "A new index table needs its id: PRIMARY KEY (...) NOT ENFORCED, of a column of type INT, BIGINT or STRING.");
    }
    int dimension = options.getOptional(KnitOptions.DIMENSION).orElse(0);
    if (dimension < 1) {
      throw new ValidationException(
          "A new index table needs the dimension of its vectors: 'vector.dimension' = '384'.");
    }
    try {
      return Snapshot.first(
          schema(columns, dimension),
          params(options),
          List.of(),
          new Operation(Operation.BUILD, Map.of("engine", "flink")));
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  private static TableSchema schema(TableColumns columns, int dimension) {
    List<Column> metadata = new ArrayList<>();
    for (int i = 0; i < columns.row().getFieldCount(); i++) {
      if (i != columns.id() && i != columns.vector()) {
        metadata.add(FlinkTypes.column(columns.name(i), columns.type(i)));
      }
    }
    Column id = FlinkTypes.column(columns.name(columns.id()), columns.type(columns.id()));
    return new TableSchema(
        new Column(id.name(), id.type(), false),
        columns.name(columns.vector()),
        dimension,
        metadata);
  }

  private static IndexParams params(ReadableConfig options) {
    Metric metric = KnitOptions.metric(options);
    float norm = options.getOptional(KnitOptions.MAX_NORM).orElse(0f);
    if (metric == Metric.INNER_PRODUCT && !(norm > 0)) {
      throw new ValidationException(
          "A new index table needs for inner products the length of the longest vector to come: 'vector.max-norm' = '1.0'.");
    }
    return new IndexParams(
        metric,
        options.getOptional(KnitOptions.M).orElse(HnswParams.DEFAULT.m()),
        options
            .getOptional(KnitOptions.EF_CONSTRUCTION)
            .orElse(HnswParams.DEFAULT.efConstruction()),
        options.getOptional(KnitOptions.SEED).orElse(0L),
        metric == Metric.INNER_PRODUCT ? norm : 0,
        KnitOptions.quantization(options));
  }

  /**
   * Refuses options that say something else than a table that exists.
   *
   * @throws ValidationException naming the first that does
   */
  static void requireSame(String table, ReadableConfig options, Snapshot snapshot) {
    IndexParams params = snapshot.params();
    require(table, options, KnitOptions.DIMENSION, snapshot.schema().dimension());
    require(table, options, KnitOptions.M, params.m());
    require(table, options, KnitOptions.EF_CONSTRUCTION, params.efConstruction());
    require(table, options, KnitOptions.SEED, params.seed());
    require(table, options, KnitOptions.MAX_NORM, params.maxNorm());
    requireText(table, options, KnitOptions.METRIC, params.metric().id());
    requireText(table, options, KnitOptions.QUANTIZATION, params.quantization().id());
  }

  private static <T> void require(
      String table, ReadableConfig options, ConfigOption<T> option, T stored) {
    T declared = options.getOptional(option).orElse(stored);
    if (!declared.equals(stored)) {
      throw different(table, option, declared, stored);
    }
  }

  private static void requireText(
      String table, ReadableConfig options, ConfigOption<String> option, String stored) {
    String declared = options.getOptional(option).orElse(stored);
    if (!declared.equalsIgnoreCase(stored)) {
      throw different(table, option, declared, stored);
    }
  }

  private static ValidationException different(
      String table, ConfigOption<?> option, Object declared, Object stored) {
    return new ValidationException(
        "Option '%s' is '%s', but the index table '%s' has %s; leave the option out."
            .formatted(option.key(), declared, table, stored));
  }

  /** What the options of a table say that exists, so that they would make it again. */
  static Map<String, String> options(Snapshot snapshot) {
    IndexParams params = snapshot.params();
    Map<String, String> options = new java.util.TreeMap<>();
    options.put(KnitOptions.VECTOR.key(), snapshot.schema().vector());
    options.put(KnitOptions.DIMENSION.key(), Integer.toString(snapshot.schema().dimension()));
    options.put(KnitOptions.METRIC.key(), params.metric().id());
    options.put(KnitOptions.M.key(), Integer.toString(params.m()));
    options.put(KnitOptions.EF_CONSTRUCTION.key(), Integer.toString(params.efConstruction()));
    options.put(KnitOptions.SEED.key(), Long.toString(params.seed()));
    options.put(KnitOptions.QUANTIZATION.key(), params.quantization().id());
    if (params.metric() == Metric.INNER_PRODUCT) {
      options.put(KnitOptions.MAX_NORM.key(), Float.toString(params.maxNorm()));
    }
    return options;
  }
}
