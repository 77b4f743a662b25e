package dev.knit.table;

import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Struct;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseVariableWidthVector;
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

/** Values out of Arrow vectors, as {@link ColumnType} says. */
final class ArrowReads {
  private ArrowReads() {}

  static Object get(FieldVector vector, ColumnType type, int index) {
    if (vector.isNull(index)) {
      return null;
    } else if (type instanceof ColumnType.Primitive primitive) {
      return get(vector, primitive, index);
    } else if (type instanceof ListOf list) {
      return list((ListVector) vector, list, index);
    } else if (type instanceof Struct struct) {
      return struct((StructVector) vector, struct, index);
    } else if (type instanceof MapOf map) {
      return map((ListVector) vector, map, index);
    }
    return ((DecimalVector) vector).getObject(index);
  }

  private static Object get(FieldVector vector, ColumnType.Primitive type, int index) {
    return switch (type) {
      case BOOLEAN -> ((BitVector) vector).get(index) != 0;
      case INT8 -> ((TinyIntVector) vector).get(index);
      case INT16 -> ((SmallIntVector) vector).get(index);
      case INT32 -> ((IntVector) vector).get(index);
      case INT64 -> ((BigIntVector) vector).get(index);
      case FLOAT32 -> ((Float4Vector) vector).get(index);
      case FLOAT64 -> ((Float8Vector) vector).get(index);
      case STRING -> new String(bytes((VarCharVector) vector, index), StandardCharsets.UTF_8);
      case BINARY -> bytes((VarBinaryVector) vector, index);
      case DATE -> ((DateDayVector) vector).get(index);
      case TIMESTAMP, TIMESTAMP_NTZ -> ((TimeStampVector) vector).get(index);
    };
  }

  /** A value of any length, none of which is outside of its vector. */
  private static byte[] bytes(BaseVariableWidthVector vector, int index) {
    int start = vector.getStartOffset(index);
    int end = vector.getEndOffset(index);
    long capacity = vector.getDataBuffer().capacity();
    if (start < 0 || end < start || end > capacity) {
      throw new IllegalArgumentException(
          "value from byte %d to %d of %d".formatted(start, end, capacity));
    }
    byte[] bytes = new byte[end - start];
    vector.getDataBuffer().getBytes(start, bytes);
    return bytes;
  }

  private static List<Object> list(ListVector vector, ListOf type, int index) {
    List<Object> list = new ArrayList<>();
    for (int i = vector.getElementStartIndex(index); i < vector.getElementEndIndex(index); i++) {
      list.add(get(vector.getDataVector(), type.element(), i));
    }
    return list;
  }

  private static Object[] struct(StructVector vector, Struct type, int index) {
    Object[] values = new Object[type.fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(child(vector, i), type.fields().get(i).type(), index);
    }
    return values;
  }

  private static Map<Object, Object> map(ListVector vector, MapOf type, int index) {
    Map<Object, Object> map = new LinkedHashMap<>();
    StructVector entries = (StructVector) vector.getDataVector();
    for (int i = vector.getElementStartIndex(index); i < vector.getElementEndIndex(index); i++) {
      map.put(get(child(entries, 0), type.key(), i), get(child(entries, 1), type.value(), i));
    }
    return map;
  }

  private static FieldVector child(StructVector vector, int field) {
    return (FieldVector) vector.getChildByOrdinal(field);
  }
}
