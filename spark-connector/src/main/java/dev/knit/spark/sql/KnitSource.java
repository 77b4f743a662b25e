package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.NewTable;
import dev.knit.spark.TableAccess;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The data source {@code knit}: {@code spark.read().format("knit").load(path)}. A DataFrame stays
 * at the version that was the newest when it was loaded, or at the one that {@link ReadOptions}
 * name. Where a DataFrame is saved and there is no index one is built, with the properties of a new
 * table as options.
 */
public final class KnitSource
    implements TableProvider, CreatableRelationProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "knit";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    TableAccess access = access(options);
    return NoIndex.isAt(access) ? new StructType() : table(options).schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    TableAccess access = access(options);
    return NoIndex.isAt(access) ? new NoIndex(access, ReadOptions.of(options)) : table(options);
  }

  /** Builds an index where there is none. */
  @Override
  public BaseRelation createRelation(
      SQLContext context,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> parameters,
      Dataset<Row> data) {
    Map<String, String> options = new HashMap<>(CollectionConverters.asJava(parameters));
    TableAccess access = TableAccess.of(data.sparkSession(), options.get("path"));
    new NewTable(data.sparkSession(), access, data.schema(), options).build(data);
    return new BaseRelation() {
      @Override
      public SQLContext sqlContext() {
        return context;
      }

      @Override
      public StructType schema() {
        return data.schema();
      }
    };
  }

  private static TableAccess access(CaseInsensitiveStringMap options) {
    String path = options.get("path");
    if (path == null) {
      throw KnitErrors.invalid("The data source 'knit' needs the path of an index.");
    }
    return TableAccess.of(SparkSession.active(), path);
  }

  private static KnitTable table(CaseInsensitiveStringMap options) {
    return KnitTable.load(
        SparkSession.active(), options.get("path"), KnitErrors.told(() -> ReadOptions.of(options)));
  }
}
