package dev.knit.table;

import dev.knit.table.ColumnType.Decimal;
import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.ColumnType.Struct;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Columns in Arrow's words: id, vector, then metadata. */
final class ArrowFields {
  private static final ArrowType FLOAT32 =
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  private ArrowFields() {}

  static Schema schema(TableSchema schema) {
    List<Field> fields = new ArrayList<>();
    fields.add(field(schema.id()));
    Field item = field("item", FLOAT32, false, List.of());
    ArrowType vector = new ArrowType.FixedSizeList(schema.dimension());
    fields.add(field(schema.vector(), vector, false, List.of(item)));
    schema.metadata().forEach(column -> fields.add(field(column)));
    return new Schema(fields);
  }

  private static Field field(Column column) {
    return field(column.name(), column.type(), column.nullable());
  }

  private static Field field(String name, ColumnType type, boolean nullable) {
    return field(name, arrow(type), nullable, children(type));
  }

  private static Field field(String name, ArrowType type, boolean nullable, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  private static List<Field> children(ColumnType type) {
    if (type instanceof ListOf list) {
      return List.of(field("element", list.element(), list.nullable()));
    } else if (type instanceof Struct struct) {
      return struct.fields().stream().map(ArrowFields::field).toList();
    } else if (type instanceof MapOf map) {
      Field key = field("key", map.key(), false);
      Field value = field("value", map.value(), map.nullable());
      return List.of(field("entries", ArrowType.Struct.INSTANCE, false, List.of(key, value)));
    }
    return List.of();
  }

  private static ArrowType arrow(ColumnType type) {
    if (type instanceof Primitive primitive) {
      return arrow(primitive);
    } else if (type instanceof Decimal decimal) {
      return new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128);
    } else if (type instanceof ListOf) {
      return ArrowType.List.INSTANCE;
    } else if (type instanceof Struct) {
      return ArrowType.Struct.INSTANCE;
    }
    return new ArrowType.Map(false);
  }

  private static ArrowType arrow(Primitive primitive) {
    return switch (primitive) {
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case INT8 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case FLOAT32 -> FLOAT32;
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case STRING -> ArrowType.Utf8.INSTANCE;
      case BINARY -> ArrowType.Binary.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case TIMESTAMP_NTZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    };
  }
}
