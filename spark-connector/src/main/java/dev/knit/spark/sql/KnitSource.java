package dev.knit.spark.sql;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code knit}: {@code spark.read().format("knit").load(path)}. A DataFrame stays
 * at the version that was the newest when it was loaded, or at the one that {@link ReadOptions}
 * name.
 */
public final class KnitSource implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "knit";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return table(options).schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return table(new CaseInsensitiveStringMap(properties));
  }

  private static KnitTable table(CaseInsensitiveStringMap options) {
    String path = options.get("path");
    if (path == null) {
      throw new IllegalArgumentException("The data source 'knit' needs the path of an index.");
    }
    return KnitTable.load(SparkSession.active(), path, ReadOptions.of(options));
  }
}
