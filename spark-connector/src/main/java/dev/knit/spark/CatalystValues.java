package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.ColumnType;
import dev.knit.table.ColumnType.Primitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/** Values as Spark's engine holds them and as index tables do, both ways. */
final class CatalystValues {
  private CatalystValues() {}

  /** Reads a value out of a row or array of Spark's; null where it is null. */
  static Object fromSpark(SpecializedGetters row, int ordinal, ColumnType type) {
    if (row.isNullAt(ordinal)) {
      return null;
    }
    if (type instanceof Primitive primitive) {
      return fromSpark(row, ordinal, primitive);
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return row.getDecimal(ordinal, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }
    if (type instanceof ColumnType.ListOf list) {
      return list(row.getArray(ordinal), list.element());
    }
    if (type instanceof ColumnType.Struct struct) {
      return fields(row.getStruct(ordinal, struct.fields().size()), struct.fields());
    }
    ColumnType.MapOf map = (ColumnType.MapOf) type;
    MapData data = row.getMap(ordinal);
    List<Object> keys = list(data.keyArray(), map.key());
    List<Object> values = list(data.valueArray(), map.value());
    Map<Object, Object> result = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      result.put(keys.get(i), values.get(i));
    }
    return result;
  }

  /** Reads a row of Spark's, one value per column. */
  static Object[] fields(SpecializedGetters row, List<Column> columns) {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fromSpark(row, i, columns.get(i).type());
    }
    return values;
  }

  /** A value as Spark's engine holds it. */
  static Object toSpark(Object value, ColumnType type) {
    if (value == null) {
      return null;
    }
    if (type == Primitive.STRING) {
      return UTF8String.fromString((String) value);
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return Decimal.apply((BigDecimal) value, decimal.precision(), decimal.scale());
    }
    if (type instanceof ColumnType.ListOf list) {
      return array((List<?>) value, list.element());
    }
    if (type instanceof ColumnType.Struct struct) {
      Object[] values = ((Object[]) value).clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = toSpark(values[i], struct.fields().get(i).type());
      }
      return new GenericInternalRow(values);
    }
    if (type instanceof ColumnType.MapOf map) {
      Map<?, ?> entries = (Map<?, ?>) value;
      return new ArrayBasedMapData(
          array(new ArrayList<>(entries.keySet()), map.key()),
          array(new ArrayList<>(entries.values()), map.value()));
    }
    return value;
  }

  private static Object fromSpark(SpecializedGetters row, int ordinal, Primitive type) {
    return switch (type) {
      case BOOLEAN -> row.getBoolean(ordinal);
      case INT8 -> row.getByte(ordinal);
      case INT16 -> row.getShort(ordinal);
      case INT32, DATE -> row.getInt(ordinal);
      case INT64, TIMESTAMP, TIMESTAMP_NTZ -> row.getLong(ordinal);
      case FLOAT32 -> row.getFloat(ordinal);
      case FLOAT64 -> row.getDouble(ordinal);
      case STRING -> row.getUTF8String(ordinal).toString();
      case BINARY -> row.getBinary(ordinal);
    };
  }

  private static List<Object> list(ArrayData array, ColumnType element) {
    List<Object> values = new ArrayList<>(array.numElements());
    for (int i = 0; i < array.numElements(); i++) {
      values.add(fromSpark(array, i, element));
    }
    return values;
  }

  private static ArrayData array(List<?> values, ColumnType element) {
    Object[] converted = new Object[values.size()];
    for (int i = 0; i < converted.length; i++) {
      converted[i] = toSpark(values.get(i), element);
    }
    return new GenericArrayData(converted);
  }
}
