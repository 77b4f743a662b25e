package dev.knit.table;

import dev.knit.table.ColumnType.Decimal;
import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.ColumnType.Struct;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a row must be to be added to a table. Methods throw {@link IllegalArgumentException}, naming
 * the row and what is wrong.
 */
public final class RowCheck {
  private RowCheck() {}

  /**
   * Checks a row.
   *
   * @param base the version that it is to be added to
   * @return the id as its column holds it
   */
  public static Object row(Snapshot base, Object id, float[] vector, Object[] metadata) {
    Object own = id(base, id);
    vector(base.schema(), base.params(), own, vector);
    metadata(base.schema(), own, metadata);
    return own;
  }

  /** Checks an id, and returns it as its column holds it. */
  public static Object id(Snapshot base, Object id) {
    return RowIds.of(base.schema().id(), id);
  }

  /** Checks the vector of the row {@code id}. */
  static void vector(TableSchema schema, IndexParams params, Object id, float[] vector) {
    String problem = VectorCheck.problem(vector, schema.dimension(), params.metric());
    if (problem == null && params.metric() == Metric.INNER_PRODUCT) {
      problem = tooLong(vector, params.maxNorm());
    }
    if (problem != null) {
      throw new IllegalArgumentException("Vector of row %s %s".formatted(id, problem));
    }
  }

  /** Checks the metadata of the row {@code id}: count, types, nulls. */
  static void metadata(TableSchema schema, Object id, Object[] values) {
    List<Column> columns = schema.metadata();
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "Row %s has %d metadata values, but the table has %d columns: %s."
              .formatted(
                  id, values.length, columns.size(), columns.stream().map(Column::name).toList()));
    }
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      if (!fits(column.type(), column.nullable(), values[i])) {
        throw new IllegalArgumentException(
            "Row %s does not fit column '%s' of type %s%s: %s."
                .formatted(
                    id,
                    column.name(),
                    column.type(),
                    column.nullable() ? "" : ", not null",
                    told(values[i])));
      }
    }
  }

  private static boolean fits(ColumnType type, boolean nullable, Object value) {
    if (value == null) {
      return nullable;
    } else if (type instanceof Primitive primitive) {
      return javaClass(primitive).isInstance(value);
    } else if (type instanceof Decimal decimal) {
      return value instanceof BigDecimal number && fits(decimal, number);
    } else if (type instanceof ListOf list) {
      return value instanceof List<?> values && all(list.element(), list.nullable(), values);
    } else if (type instanceof Struct struct) {
      return value instanceof Object[] values && fits(struct, values);
    } else {
      MapOf map = (MapOf) type;
      return value instanceof Map<?, ?> values
          && all(map.key(), false, values.keySet())
          && all(map.value(), map.nullable(), values.values());
    }
  }

  private static boolean all(ColumnType type, boolean nullable, Collection<?> values) {
    return values.stream().allMatch(value -> fits(type, nullable, value));
  }

  private static boolean fits(Struct struct, Object[] values) {
    boolean fits = values.length == struct.fields().size();
    for (int i = 0; fits && i < values.length; i++) {
      Column field = struct.fields().get(i);
      fits = fits(field.type(), field.nullable(), values[i]);
    }
    return fits;
  }

  private static boolean fits(Decimal type, BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() <= type.scale()
        && stripped.precision() - stripped.scale() <= type.precision() - type.scale();
  }

  private static Class<?> javaClass(Primitive type) {
    return switch (type) {
      case BOOLEAN -> Boolean.class;
      case INT8 -> Byte.class;
      case INT16 -> Short.class;
      case INT32, DATE -> Integer.class;
      case INT64, TIMESTAMP, TIMESTAMP_NTZ -> Long.class;
      case FLOAT32 -> Float.class;
      case FLOAT64 -> Double.class;
      case STRING -> String.class;
      case BINARY -> byte[].class;
    };
  }

  private static String told(Object value) {
    if (value == null) {
      return "it is null";
    }
    String text = value instanceof Object[] values ? Arrays.toString(values) : value.toString();
    return "%s (%s)".formatted(text, value.getClass().getSimpleName());
  }

  /** Graphs for inner products hold for vectors up to a length. */
  private static String tooLong(float[] vector, float maxNorm) {
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    double norm = Math.sqrt(square);
    return norm <= maxNorm
        ? null
        : "has norm %.6g, but the index was built for norms up to %.6g; build it anew with this row."
            .formatted(norm, maxNorm);
  }
}
