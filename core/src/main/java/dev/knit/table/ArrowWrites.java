package dev.knit.table;

import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Struct;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Values into Arrow vectors, as {@link ColumnType} says. Indexes are written in order. */
final class ArrowWrites {
  private ArrowWrites() {}

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException when it is null and must not be
   * @throws ClassCastException when it is of another class than the type says
   */
  static void set(FieldVector vector, ColumnType type, boolean nullable, int index, Object value) {
    if (value == null) {
      if (!nullable) {
        throw new IllegalArgumentException("null where a %s must be".formatted(type));
      }
      vector.setNull(index);
    } else if (type instanceof ColumnType.Primitive primitive) {
      set(vector, primitive, index, value);
    } else if (type instanceof ListOf list) {
      setList((ListVector) vector, list, index, (List<?>) value);
    } else if (type instanceof Struct struct) {
      setStruct((StructVector) vector, struct, index, (Object[]) value);
    } else if (type instanceof MapOf map) {
      setMap((ListVector) vector, map, index, (Map<?, ?>) value);
    } else if (type instanceof ColumnType.Decimal decimal) {
      BigDecimal scaled = ((BigDecimal) value).setScale(decimal.scale());
      ((DecimalVector) vector).setSafe(index, scaled);
    }
  }

  /** About how many bytes a value takes. */
  static long bytes(Object value) {
    if (value instanceof String text) {
      return text.length();
    } else if (value instanceof byte[] bytes) {
      return bytes.length;
    } else if (value instanceof Collection<?> values) {
      return 8 + values.stream().mapToLong(ArrowWrites::bytes).sum();
    } else if (value instanceof Object[] values) {
      return bytes(Arrays.asList(values));
    } else if (value instanceof Map<?, ?> map) {
      return bytes(map.keySet()) + bytes(map.values());
    }
    return 8;
  }

  private static void set(FieldVector to, ColumnType.Primitive type, int index, Object value) {
    switch (type) {
      case BOOLEAN -> ((BitVector) to).setSafe(index, (Boolean) value ? 1 : 0);
      case INT8 -> ((TinyIntVector) to).setSafe(index, (Byte) value);
      case INT16 -> ((SmallIntVector) to).setSafe(index, (Short) value);
      case INT32 -> ((IntVector) to).setSafe(index, (Integer) value);
      case INT64 -> ((BigIntVector) to).setSafe(index, (Long) value);
      case FLOAT32 -> ((Float4Vector) to).setSafe(index, (Float) value);
      case FLOAT64 -> ((Float8Vector) to).setSafe(index, (Double) value);
      case STRING ->
          ((VarCharVector) to).setSafe(index, ((String) value).getBytes(StandardCharsets.UTF_8));
      case BINARY -> ((VarBinaryVector) to).setSafe(index, (byte[]) value);
      case DATE -> ((DateDayVector) to).setSafe(index, (Integer) value);
      case TIMESTAMP, TIMESTAMP_NTZ -> ((TimeStampVector) to).setSafe(index, (Long) value);
    }
  }

  private static void setList(ListVector to, ListOf type, int index, List<?> values) {
    int at = to.startNewValue(index);
    for (Object value : values) {
      set(to.getDataVector(), type.element(), type.nullable(), at++, value);
    }
    to.endValue(index, values.size());
  }

  private static void setStruct(StructVector to, Struct type, int index, Object[] values) {
    if (values.length != type.fields().size()) {
      throw new IllegalArgumentException("%d values for a %s".formatted(values.length, type));
    }
    to.setIndexDefined(index);
    for (int i = 0; i < values.length; i++) {
      Column field = type.fields().get(i);
      set(child(to, i), field.type(), field.nullable(), index, values[i]);
    }
  }

  private static void setMap(ListVector to, MapOf type, int index, Map<?, ?> values) {
    StructVector entries = (StructVector) to.getDataVector();
    int at = to.startNewValue(index);
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      entries.setIndexDefined(at);
      set(child(entries, 0), type.key(), false, at, entry.getKey());
      set(child(entries, 1), type.value(), type.nullable(), at, entry.getValue());
      at++;
    }
    to.endValue(index, values.size());
  }

  private static FieldVector child(StructVector vector, int field) {
    return (FieldVector) vector.getChildByOrdinal(field);
  }
}
