package dev.knit.flink.table;

import dev.knit.table.Column;
import dev.knit.table.ColumnType;
import dev.knit.table.ColumnType.Primitive;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;

/** Flink's types and those of index tables, both ways. */
final class FlinkTypes {
  private static final int MICROS = 6;

  private FlinkTypes() {}

  /**
   * The column of an index table for one of Flink.
   *
   * @throws ValidationException when index tables have no such type
   */
  static Column column(String name, LogicalType type) {
    return new Column(name, type(name, type), type.isNullable());
  }

  /** Whether a column may hold vectors. */
  static boolean isVector(LogicalType type) {
    return type instanceof ArrayType array && array.getElementType().is(LogicalTypeRoot.FLOAT);
  }

  /**
   * A vector column, which is never null. Nor is a component, but VECTOR_SEARCH takes no query of
   * {@code ARRAY<FLOAT>}, which is what a CAST gives, for a column that says so.
   */
  static DataType vector() {
    return DataTypes.ARRAY(DataTypes.FLOAT()).notNull();
  }

  private static ColumnType type(String name, LogicalType type) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> Primitive.BOOLEAN;
      case TINYINT -> Primitive.INT8;
      case SMALLINT -> Primitive.INT16;
      case INTEGER -> Primitive.INT32;
      case BIGINT -> Primitive.INT64;
      case FLOAT -> Primitive.FLOAT32;
      case DOUBLE -> Primitive.FLOAT64;
      case CHAR, VARCHAR -> Primitive.STRING;
      case BINARY, VARBINARY -> Primitive.BINARY;
      case DATE -> Primitive.DATE;
      case TIMESTAMP_WITHOUT_TIME_ZONE -> {
        requireMicros(name, type, ((TimestampType) type).getPrecision());
        yield Primitive.TIMESTAMP_NTZ;
      }
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
        requireMicros(name, type, ((LocalZonedTimestampType) type).getPrecision());
        yield Primitive.TIMESTAMP;
      }
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield new ColumnType.Decimal(decimal.getPrecision(), decimal.getScale());
      }
      case ARRAY -> {
        LogicalType element = ((ArrayType) type).getElementType();
        yield new ColumnType.ListOf(type(name, element), element.isNullable());
      }
      case MAP -> {
        MapType map = (MapType) type;
        yield new ColumnType.MapOf(
            type(name, map.getKeyType()),
            type(name, map.getValueType()),
            map.getValueType().isNullable());
      }
      case ROW ->
          new ColumnType.Struct(
              ((RowType) type)
                  .getFields().stream().map(f -> column(f.getName(), f.getType())).toList());
      default ->
          throw new ValidationException(
              "Column '%s' has type %s, which an index cannot hold; cast it or leave it out."
                  .formatted(name, type.asSummaryString()));
    };
  }

  private static void requireMicros(String name, LogicalType type, int precision) {
    if (precision > MICROS) {
      throw new ValidationException(
          "Column '%s' has type %s, but an index holds microseconds; use a precision of at most %d."
              .formatted(name, type.asSummaryString(), MICROS));
    }
  }

  /** The type of a column of an index table. */
  static DataType dataType(Column column) {
    DataType type = dataType(column.type());
    return column.nullable() ? type.nullable() : type.notNull();
  }

  /** The type of values of an index table, which may be null. */
  static LogicalType logicalType(ColumnType type) {
    return dataType(type).getLogicalType();
  }

  private static DataType dataType(ColumnType type) {
    if (type instanceof ColumnType.Decimal decimal) {
      return DataTypes.DECIMAL(decimal.precision(), decimal.scale());
    } else if (type instanceof ColumnType.ListOf list) {
      return DataTypes.ARRAY(dataType(new Column("element", list.element(), list.nullable())));
    } else if (type instanceof ColumnType.MapOf map) {
      return DataTypes.MAP(
          dataType(map.key()).notNull(),
          dataType(new Column("value", map.value(), map.nullable())));
    } else if (type instanceof ColumnType.Struct struct) {
      List<Column> fields = struct.fields();
      return DataTypes.ROW(
          fields.stream()
              .map(field -> DataTypes.FIELD(field.name(), dataType(field)))
              .toArray(DataTypes.Field[]::new));
    }
    return switch ((Primitive) type) {
      case BOOLEAN -> DataTypes.BOOLEAN();
      case INT8 -> DataTypes.TINYINT();
      case INT16 -> DataTypes.SMALLINT();
      case INT32 -> DataTypes.INT();
      case INT64 -> DataTypes.BIGINT();
      case FLOAT32 -> DataTypes.FLOAT();
      case FLOAT64 -> DataTypes.DOUBLE();
      case STRING -> DataTypes.STRING();
      case BINARY -> DataTypes.BYTES();
      case DATE -> DataTypes.DATE();
      case TIMESTAMP -> DataTypes.TIMESTAMP_LTZ(MICROS);
      case TIMESTAMP_NTZ -> DataTypes.TIMESTAMP(MICROS);
    };
  }
}
