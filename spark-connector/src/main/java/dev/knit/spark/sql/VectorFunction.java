package dev.knit.spark.sql;

import dev.knit.vector.Metric;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Spark's functions of two vectors that are metrics of indexes. The name in which Spark tells a
 * data source of the call; Spark itself evaluates it.
 */
enum VectorFunction implements ScalarFunction<Float> {
  L2_DISTANCE("vectorL2Distance", Metric.L2, false),
  COSINE_SIMILARITY("vectorCosineSimilarity", Metric.COSINE, true),
  INNER_PRODUCT("vectorInnerProduct", Metric.INNER_PRODUCT, true);

  private final String method;
  private final Metric metric;
  private final boolean largerIsNearer;

  VectorFunction(String method, Metric metric, boolean largerIsNearer) {
    this.method = method;
    this.metric = metric;
    this.largerIsNearer = largerIsNearer;
  }

  /** The function that Spark implements by a method of that name. */
  static Optional<VectorFunction> method(String name) {
    return Arrays.stream(values()).filter(f -> f.method.equals(name)).findFirst();
  }

  /** The function by {@link #canonicalName}. */
  static Optional<VectorFunction> named(String canonicalName) {
    return Arrays.stream(values()).filter(f -> f.canonicalName().equals(canonicalName)).findFirst();
  }

  /** The metric that orders as it does. */
  Metric metric() {
    return metric;
  }

  /** Whether it is a similarity. */
  boolean largerIsNearer() {
    return largerIsNearer;
  }

  /** Its name in SQL. */
  String sqlName() {
    return "vector_" + name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String canonicalName() {
    return "dev.knit." + method;
  }

  @Override
  public DataType[] inputTypes() {
    DataType vector = DataTypes.createArrayType(DataTypes.FloatType);
    return new DataType[] {vector, vector, DataTypes.StringType};
  }

  @Override
  public DataType resultType() {
    return DataTypes.FloatType;
  }
}
