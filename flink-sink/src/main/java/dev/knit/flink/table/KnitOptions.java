package dev.knit.flink.table;

import dev.knit.hnsw.HnswParams;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.time.Duration;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.FactoryUtil;

/** What may stand behind WITH. */
final class KnitOptions {
  static final ConfigOption<String> PATH =
      ConfigOptions.key("path")
          .stringType()
          .noDefaultValue()
          .withDescription("Directory of the index table.");

  static final ConfigOption<String> VECTOR =
      ConfigOptions.key("vector.column")
          .stringType()
          .noDefaultValue()
          .withDescription("Column of the vectors; the only ARRAY<FLOAT> by default.");

  static final ConfigOption<Integer> DIMENSION =
      ConfigOptions.key("vector.dimension")
          .intType()
          .noDefaultValue()
          .withDescription("Floats in a vector; needed to make a table.");

  static final ConfigOption<String> METRIC =
      ConfigOptions.key("vector.metric")
          .stringType()
          .noDefaultValue()
          .withDescription("l2, cosine, inner_product or l1; l2 for a new table.");

  static final ConfigOption<Float> MAX_NORM =
      ConfigOptions.key("vector.max-norm")
          .floatType()
          .noDefaultValue()
          .withDescription("Length of the longest vector to come, under inner_product.");

  static final ConfigOption<Integer> M =
      ConfigOptions.key("index.hnsw.m")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Most neighbors of a node, %d for a new table.".formatted(defaults().m()));

  static final ConfigOption<Integer> EF_CONSTRUCTION =
      ConfigOptions.key("index.hnsw.ef-construction")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Width of the beam of inserts, %d for a new table."
                  .formatted(defaults().efConstruction()));

  static final ConfigOption<Long> SEED =
      ConfigOptions.key("index.hnsw.seed")
          .longType()
          .noDefaultValue()
          .withDescription("Seed of the levels of nodes, 0 for a new table.");

  static final ConfigOption<String> QUANTIZATION =
      ConfigOptions.key("index.quantization")
          .stringType()
          .noDefaultValue()
          .withDescription("int8 or none; int8 for a new table.");

  static final ConfigOption<Long> SCAN_VERSION =
      ConfigOptions.key("scan.version")
          .longType()
          .noDefaultValue()
          .withDescription("Version to read; the newest by default.");

  static final ConfigOption<Long> SCAN_TIMESTAMP =
      ConfigOptions.key("scan.timestamp-millis")
          .longType()
          .noDefaultValue()
          .withDescription("Reads the version that was the newest at this time.");

  static final ConfigOption<String> SCAN_TAG =
      ConfigOptions.key("scan.tag")
          .stringType()
          .noDefaultValue()
          .withDescription("Reads the version of this name.");

  static final ConfigOption<Duration> REFRESH =
      ConfigOptions.key("lookup.refresh-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How often VECTOR_SEARCH looks for a newer version.");

  static final ConfigOption<Duration> COMPACTION_PAUSE =
      ConfigOptions.key("sink.compaction.pause")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "Streams compact the table beside their commits, with at least such a pause between; off unless given.");

  static final ConfigOption<InvalidRows> INVALID_ROWS =
      ConfigOptions.key("sink.invalid-rows")
          .enumType(InvalidRows.class)
          .defaultValue(InvalidRows.FAIL)
          .withDescription(
              "Whether rows that do not fit fail the job, or are left out and logged.");

  /** All but the path. */
  static final Set<ConfigOption<?>> OPTIONAL =
      Set.of(
          VECTOR,
          DIMENSION,
          METRIC,
          MAX_NORM,
          M,
          EF_CONSTRUCTION,
          SEED,
          QUANTIZATION,
          SCAN_VERSION,
          SCAN_TIMESTAMP,
          SCAN_TAG,
          REFRESH,
          COMPACTION_PAUSE,
          INVALID_ROWS,
          FactoryUtil.SINK_PARALLELISM);

  private KnitOptions() {}

  private static HnswParams defaults() {
    return HnswParams.DEFAULT;
  }

  static Duration refresh(ReadableConfig options) {
    Duration refresh = options.get(REFRESH);
    if (refresh.toMillis() < 1) {
      throw new ValidationException(
          "Option '%s' (%s) must be at least 1 ms.".formatted(REFRESH.key(), refresh));
    }
    return refresh;
  }

  static Metric metric(ReadableConfig options) {
    return told(METRIC, () -> Metric.of(options.getOptional(METRIC).orElse(Metric.L2.id())));
  }

  static Quantization quantization(ReadableConfig options) {
    String id = options.getOptional(QUANTIZATION).orElse(Quantization.INT8.id());
    return told(QUANTIZATION, () -> Quantization.of(id));
  }

  private static <T> T told(ConfigOption<?> option, java.util.function.Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new ValidationException("Option '%s': %s".formatted(option.key(), e.getMessage()), e);
    }
  }
}
