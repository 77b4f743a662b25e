package dev.knit.spark.write;

import dev.knit.spark.KnitErrors;
import dev.knit.table.IndexParams;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What a table was made with, and a write into it cannot change. */
final class KeptParameters {
  private KeptParameters() {}

  /** Refuses options that ask for another value than the table has. */
  static void check(Snapshot table, CaseInsensitiveStringMap options) {
    of(table)
        .forEach(
            (name, value) -> {
              String asked = options.get(name);
              if (asked != null && !asked.equalsIgnoreCase(value)) {
                throw KnitErrors.invalid(
                    "%s cannot become '%s': the table has '%s', and writing into it, overwriting its rows included, leaves that. Replace the table, by writeTo(…).createOrReplace() or CREATE OR REPLACE TABLE."
                        .formatted(name, asked, value));
              }
            });
  }

  private static Map<String, String> of(Snapshot table) {
    IndexParams params = table.params();
    TableSchema schema = table.schema();
    Map<String, String> kept = new TreeMap<>();
    kept.put("id", schema.id().name());
    kept.put("vector", schema.vector());
    kept.put("dimension", Integer.toString(schema.dimension()));
    kept.put("metric", params.metric().id());
    kept.put("m", Integer.toString(params.m()));
    kept.put("ef_construction", Integer.toString(params.efConstruction()));
    kept.put("quantization", params.quantization().id());
    return kept;
  }
}
