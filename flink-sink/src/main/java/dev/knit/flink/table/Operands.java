package dev.knit.flink.table;

import dev.knit.table.ColumnType;
import dev.knit.table.ColumnType.Primitive;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.VarCharType;

/** The two sides of a comparison: columns and constants. */
final class Operands {
  private final TableColumns columns;

  Operands(TableColumns columns) {
    this.columns = columns;
  }

  /** A comparison of two columns, or of a column with a constant; empty for others. */
  Optional<Condition> compare(
      Comparison operator, ResolvedExpression left, ResolvedExpression right) {
    Optional<Domain> domain = domain(type(left), type(right));
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    Optional<Operand> a = operand(left, right);
    Optional<Operand> b = operand(right, left);
    return a.isEmpty() || b.isEmpty()
        ? Optional.empty()
        : Optional.of(new Condition.Compare(operator, domain.get(), a.get(), b.get()));
  }

  private static LogicalType type(ResolvedExpression expression) {
    return expression.getOutputDataType().getLogicalType();
  }

  private Optional<Operand> operand(ResolvedExpression expression, ResolvedExpression other) {
    if (expression instanceof ValueLiteralExpression literal) {
      Optional<Serializable> value = value(literal);
      return value.map(v -> new Operand.Value(v, stored(v, other)));
    }
    return column(columns, expression).map(Operand.Of::new);
  }

  /** The column that an expression is, perhaps cast so that no value changes. */
  static Optional<Integer> column(TableColumns columns, ResolvedExpression expression) {
    if (expression instanceof CallExpression call && Conditions.isHarmless(call)) {
      return column(columns, call.getResolvedChildren().get(0));
    }
    if (!(expression instanceof FieldReferenceExpression reference)) {
      return Optional.empty();
    }
    int column = columns.row().getFieldIndex(reference.getName());
    return column < 0 || column == columns.vector() ? Optional.empty() : Optional.of(column);
  }

  static boolean widens(CallExpression cast) {
    LogicalType from = type(cast.getResolvedChildren().get(0));
    LogicalType to = type(cast);
    if (from.is(LogicalTypeFamily.INTEGER_NUMERIC) && to.is(LogicalTypeFamily.INTEGER_NUMERIC)) {
      return bytes(to) >= bytes(from);
    }
    return from.is(LogicalTypeRoot.VARCHAR)
            && to.is(LogicalTypeRoot.VARCHAR)
            && ((VarCharType) to).getLength() >= ((VarCharType) from).getLength()
        || from.copy(true).equals(to.copy(true));
  }

  private static int bytes(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case TINYINT -> 1;
      case SMALLINT -> 2;
      case INTEGER -> 4;
      default -> 8;
    };
  }

  private static Optional<Domain> domain(LogicalType a, LogicalType b) {
    if (a.is(LogicalTypeFamily.NUMERIC) && b.is(LogicalTypeFamily.NUMERIC)) {
      return Optional.of(numeric(a, b));
    } else if (a.is(LogicalTypeFamily.CHARACTER_STRING)
        && b.is(LogicalTypeFamily.CHARACTER_STRING)) {
      return Optional.of(Domain.ORDERED);
    } else if (a.is(LogicalTypeFamily.BINARY_STRING) && b.is(LogicalTypeFamily.BINARY_STRING)) {
      return Optional.of(Domain.BINARY);
    } else if (a.getTypeRoot() != b.getTypeRoot()) {
      return Optional.empty();
    }
    return switch (a.getTypeRoot()) {
      case BOOLEAN -> Optional.of(Domain.BOOLEAN);
      case DATE, TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          Optional.of(Domain.ORDERED);
      default -> Optional.empty();
    };
  }

  private static Domain numeric(LogicalType a, LogicalType b) {
    boolean decimal = a.is(LogicalTypeRoot.DECIMAL) || b.is(LogicalTypeRoot.DECIMAL);
    boolean doubles = a.is(LogicalTypeRoot.DOUBLE) || b.is(LogicalTypeRoot.DOUBLE);
    boolean floats = a.is(LogicalTypeRoot.FLOAT) || b.is(LogicalTypeRoot.FLOAT);
    if (decimal) {
      return doubles || floats ? Domain.DECIMAL_AS_DOUBLE : Domain.DECIMAL;
    } else if (doubles) {
      return Domain.DOUBLE;
    }
    return floats ? Domain.FLOAT : Domain.WHOLE;
  }

  /** A constant as its domain takes it; empty for null and for what has no exact form. */
  private static Optional<Serializable> value(ValueLiteralExpression literal) {
    return switch (literal.getOutputDataType().getLogicalType().getTypeRoot()) {
      case CHAR, VARCHAR -> literal.getValueAs(String.class).map(v -> v);
      case BOOLEAN -> literal.getValueAs(Boolean.class).map(v -> v);
      case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE ->
          literal.getValueAs(Number.class).map(v -> v);
      case DECIMAL -> literal.getValueAs(BigDecimal.class).map(v -> v);
      case BINARY, VARBINARY -> literal.getValueAs(byte[].class).map(v -> v);
      case DATE -> literal.getValueAs(LocalDate.class).map(day -> (int) day.toEpochDay());
      case TIMESTAMP_WITHOUT_TIME_ZONE ->
          literal.getValueAs(LocalDateTime.class).flatMap(t -> micros(t.toInstant(ZoneOffset.UTC)));
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          literal.getValueAs(Instant.class).flatMap(Operands::micros);
      default -> Optional.empty();
    };
  }

  private static Optional<Serializable> micros(Instant time) {
    boolean whole = time.truncatedTo(ChronoUnit.MICROS).equals(time);
    return whole ? Optional.of(ChronoUnit.MICROS.between(Instant.EPOCH, time)) : Optional.empty();
  }

  /** A constant in the class of the column it is compared with; null when it is none of it. */
  private Serializable stored(Serializable value, ResolvedExpression other) {
    Optional<Integer> column = column(columns, other);
    if (column.isEmpty()) {
      return null;
    }
    ColumnType type =
        FlinkTypes.column(columns.name(column.get()), columns.type(column.get())).type();
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return whole(((Number) value).longValue(), type);
    }
    boolean same =
        value instanceof Double && type == Primitive.FLOAT64
            || value instanceof String && type == Primitive.STRING;
    return same ? value : null;
  }

  private static Serializable whole(long value, ColumnType type) {
    if (type == Primitive.INT64 || type == Primitive.TIMESTAMP || type == Primitive.TIMESTAMP_NTZ) {
      return value;
    } else if ((type == Primitive.INT32 || type == Primitive.DATE) && (int) value == value) {
      return (int) value;
    } else if (type == Primitive.INT16 && (short) value == value) {
      return (short) value;
    }
    return type == Primitive.INT8 && (byte) value == value ? (Serializable) (byte) value : null;
  }
}
