package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.table.IndexParams;
import dev.knit.table.Snapshot;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.connector.catalog.index.TableIndex;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.NamedReference;

/** The one index that a table may have, as SQL speaks of it. */
final class TableIndexes {
  private static final String TYPE = "hnsw";

  private TableIndexes() {}

  /** Refuses an index on other columns, or of another name. */
  static void requireVector(KnitTable table, String index, NamedReference... columns) {
    String vector = table.snapshot().schema().vector();
    boolean fits = columns.length == 1 && Arrays.equals(columns[0].fieldNames(), names(vector));
    if (!fits) {
      throw KnitErrors.invalid(
          "An index of '%s' is on its vector: USING hnsw (%s), not on %s."
              .formatted(table.name(), vector, Arrays.toString(columns)));
    }
    if (!index.equals(vector)) {
      throw KnitErrors.invalid(
          "The index of '%s' has the name of its vector, '%s', as there is only one: CREATE INDEX %2$s ON …; not '%s'."
              .formatted(table.name(), vector, index));
    }
  }

  private static String[] names(String column) {
    return new String[] {column};
  }

  /** Refuses other types; none is said as well. */
  static void requireHnsw(String type) {
    if (type != null && !type.equalsIgnoreCase(TYPE)) {
      throw KnitErrors.invalid("There is no index type '%s'; there is hnsw.".formatted(type));
    }
  }

  /** That of a version. */
  static TableIndex of(Snapshot snapshot) {
    IndexParams params = snapshot.params();
    Properties properties = new Properties();
    properties.setProperty("metric", params.metric().id());
    properties.setProperty("m", Integer.toString(params.m()));
    properties.setProperty("ef_construction", Integer.toString(params.efConstruction()));
    String vector = snapshot.schema().vector();
    NamedReference[] columns = {Expressions.column(vector)};
    return new TableIndex(vector, TYPE, columns, Map.of(columns[0], new Properties()), properties);
  }
}
