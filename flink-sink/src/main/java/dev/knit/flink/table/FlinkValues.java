package dev.knit.flink.table;

import dev.knit.table.Column;
import dev.knit.table.ColumnType;
import dev.knit.table.ColumnType.Primitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** Values of index tables, of the classes that {@link ColumnType} names, and Flink's, both ways. */
final class FlinkValues {
  private static final long MICROS_PER_MILLI = 1_000;

  private FlinkValues() {}

  /** A value as Flink holds it; null stays null. */
  static Object toFlink(Object value, ColumnType type) {
    if (value == null) {
      return null;
    } else if (type instanceof ColumnType.Decimal decimal) {
      return DecimalData.fromBigDecimal((BigDecimal) value, decimal.precision(), decimal.scale());
    } else if (type instanceof ColumnType.ListOf list) {
      return array((List<?>) value, list.element());
    } else if (type instanceof ColumnType.MapOf map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach((k, v) -> entries.put(toFlink(k, map.key()), toFlink(v, map.value())));
      return new GenericMapData(entries);
    } else if (type instanceof ColumnType.Struct struct) {
      GenericRowData row = new GenericRowData(struct.fields().size());
      for (int i = 0; i < row.getArity(); i++) {
        row.setField(i, toFlink(((Object[]) value)[i], struct.fields().get(i).type()));
      }
      return row;
    }
    return switch ((Primitive) type) {
      case STRING -> StringData.fromString((String) value);
      case TIMESTAMP, TIMESTAMP_NTZ -> timestamp((Long) value);
      default -> value;
    };
  }

  private static TimestampData timestamp(long micros) {
    long millis = Math.floorDiv(micros, MICROS_PER_MILLI);
    int nanos = (int) Math.floorMod(micros, MICROS_PER_MILLI) * 1_000;
    return TimestampData.fromEpochMillis(millis, nanos);
  }

  private static GenericArrayData array(List<?> values, ColumnType element) {
    return new GenericArrayData(values.stream().map(v -> toFlink(v, element)).toArray());
  }

  /** A value, as Flink's field getters give it, as an index table holds it; null stays null. */
  static Object fromFlink(Object value, ColumnType type) {
    if (value == null) {
      return null;
    } else if (type instanceof ColumnType.Decimal) {
      return ((DecimalData) value).toBigDecimal();
    } else if (type instanceof ColumnType.ListOf list) {
      return list((ArrayData) value, list.element());
    } else if (type instanceof ColumnType.MapOf map) {
      List<Object> keys = list(((MapData) value).keyArray(), map.key());
      List<Object> values = list(((MapData) value).valueArray(), map.value());
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        entries.put(keys.get(i), values.get(i));
      }
      return entries;
    } else if (type instanceof ColumnType.Struct struct) {
      return struct((RowData) value, struct.fields());
    }
    return switch ((Primitive) type) {
      case STRING -> value.toString();
      case TIMESTAMP, TIMESTAMP_NTZ -> micros((TimestampData) value);
      default -> value;
    };
  }

  private static long micros(TimestampData time) {
    return time.getMillisecond() * MICROS_PER_MILLI + time.getNanoOfMillisecond() / 1_000;
  }

  private static List<Object> list(ArrayData array, ColumnType element) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(FlinkTypes.logicalType(element));
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      values.add(fromFlink(getter.getElementOrNull(array, i), element));
    }
    return values;
  }

  private static Object[] struct(RowData row, List<Column> fields) {
    Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      ColumnType type = fields.get(i).type();
      RowData.FieldGetter getter = RowData.createFieldGetter(FlinkTypes.logicalType(type), i);
      values[i] = fromFlink(getter.getFieldOrNull(row), type);
    }
    return values;
  }
}
