package dev.knit.table;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a column holds, in words that belong to no engine. */
public sealed interface ColumnType {

  /** Types without parameters, each with the Java class of its values. */
  enum Primitive implements ColumnType {
    /** {@link java.lang.Boolean}. */
    BOOLEAN,
    /** {@link java.lang.Byte}. */
    INT8,
    /** {@link java.lang.Short}. */
    INT16,
    /** {@link java.lang.Integer}. */
    INT32,
    /** {@link java.lang.Long}. */
    INT64,
    /** {@link java.lang.Float}. */
    FLOAT32,
    /** {@link java.lang.Double}. */
    FLOAT64,
    /** {@link java.lang.String}. */
    STRING,
    /** {@code byte[]}. */
    BINARY,
    /** {@link java.lang.Integer}: days since 1970-01-01. */
    DATE,
    /** {@link java.lang.Long}: microseconds since 1970-01-01 00:00 UTC. */
    TIMESTAMP,
    /** {@link java.lang.Long}: microseconds since 1970-01-01 00:00 on a clock without a zone. */
    TIMESTAMP_NTZ;

    /** The name used in manifests and messages, for example {@code timestamp_ntz}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return id();
    }
  }

  /** {@link java.math.BigDecimal} of {@code precision} digits, {@code scale} behind the point. */
  record Decimal(int precision, int scale) implements ColumnType {
    /** Checks 1 ≤ precision ≤ 38 and 0 ≤ scale ≤ precision. */
    public Decimal {
      if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "decimal(%d, %d) is no decimal of at most 38 digits.".formatted(precision, scale));
      }
    }

    @Override
    public String toString() {
      return "decimal(%d, %d)".formatted(precision, scale);
    }
  }

  /** {@code List<Object>}. */
  record ListOf(ColumnType element, boolean nullable) implements ColumnType {
    @Override
    public String toString() {
      return "list<%s>".formatted(element);
    }
  }

  /** {@code Object[]}, one value per field. */
  record Struct(List<Column> fields) implements ColumnType {
    /** Checks that there are fields and that their names differ. */
    public Struct {
      fields = List.copyOf(fields);
      Set<String> names = new HashSet<>();
      if (fields.isEmpty() || !fields.stream().allMatch(field -> names.add(field.name()))) {
        throw new IllegalArgumentException("A struct needs fields with different names.");
      }
    }

    @Override
    public String toString() {
      return "struct%s".formatted(fields.stream().map(Column::name).toList());
    }
  }

  /** {@code Map<Object, Object>}; a key is never null. */
  record MapOf(ColumnType key, ColumnType value, boolean nullable) implements ColumnType {
    @Override
    public String toString() {
      return "map<%s, %s>".formatted(key, value);
    }
  }
}
