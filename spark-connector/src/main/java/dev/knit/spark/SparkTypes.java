package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.ColumnType;
import dev.knit.table.ColumnType.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Spark's types and those of index tables, both ways. */
final class SparkTypes {
  private static final Map<DataType, Primitive> PRIMITIVES =
      Map.ofEntries(
          Map.entry(DataTypes.BooleanType, Primitive.BOOLEAN),
          Map.entry(DataTypes.ByteType, Primitive.INT8),
          Map.entry(DataTypes.ShortType, Primitive.INT16),
          Map.entry(DataTypes.IntegerType, Primitive.INT32),
          Map.entry(DataTypes.LongType, Primitive.INT64),
          Map.entry(DataTypes.FloatType, Primitive.FLOAT32),
          Map.entry(DataTypes.DoubleType, Primitive.FLOAT64),
          Map.entry(DataTypes.StringType, Primitive.STRING),
          Map.entry(DataTypes.BinaryType, Primitive.BINARY),
          Map.entry(DataTypes.DateType, Primitive.DATE),
          Map.entry(DataTypes.TimestampType, Primitive.TIMESTAMP),
          Map.entry(DataTypes.TimestampNTZType, Primitive.TIMESTAMP_NTZ));

  private SparkTypes() {}

  /**
   * The column of an index table for a field.
   *
   * @throws IllegalArgumentException when index tables have no such type
   */
  static Column column(StructField field) {
    return new Column(field.name(), type(field.dataType(), field.name()), field.nullable());
  }

  /** The field for a column of an index table. */
  static StructField field(Column column) {
    return DataTypes.createStructField(column.name(), type(column.type()), column.nullable());
  }

  private static ColumnType type(DataType type, String name) {
    if (type instanceof StringType) {
      return Primitive.STRING; // whatever its collation
    }
    if (type instanceof DecimalType decimal) {
      return new ColumnType.Decimal(decimal.precision(), decimal.scale());
    }
    if (type instanceof ArrayType array) {
      return new ColumnType.ListOf(type(array.elementType(), name), array.containsNull());
    }
    if (type instanceof MapType map) {
      return new ColumnType.MapOf(
          type(map.keyType(), name), type(map.valueType(), name), map.valueContainsNull());
    }
    if (type instanceof StructType struct) {
      List<Column> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        fields.add(column(field));
      }
      return new ColumnType.Struct(fields);
    }
    Primitive primitive = PRIMITIVES.get(type);
    if (primitive == null) {
      throw new IllegalArgumentException(
          "Column '%s' has type %s, which an index cannot hold; cast it or leave it out."
              .formatted(name, type.sql()));
    }
    return primitive;
  }

  private static DataType type(ColumnType type) {
    if (type instanceof ColumnType.Decimal decimal) {
      return DataTypes.createDecimalType(decimal.precision(), decimal.scale());
    }
    if (type instanceof ColumnType.ListOf list) {
      return DataTypes.createArrayType(type(list.element()), list.nullable());
    }
    if (type instanceof ColumnType.MapOf map) {
      return DataTypes.createMapType(type(map.key()), type(map.value()), map.nullable());
    }
    if (type instanceof ColumnType.Struct struct) {
      return DataTypes.createStructType(
          struct.fields().stream().map(SparkTypes::field).toArray(StructField[]::new));
    }
    return PRIMITIVES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .findFirst()
        .orElseThrow()
        .getKey();
  }
}
