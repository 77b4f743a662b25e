package dev.knit.flink.table;

import dev.knit.table.ColumnRange;
import java.io.Serializable;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * A condition on the columns of one row, with SQL's three values: true, false and, as null,
 * unknown. Columns are by their place among the declared ones. Immutable; equal when they say the
 * same.
 */
sealed interface Condition extends Serializable {

  /** The values of a row, as an index table holds them. */
  interface Row {
    Object value(int column);
  }

  /** True, false, or null for unknown. */
  Boolean of(Row row);

  /**
   * Whether a file may have rows of which this is true.
   *
   * @param ranges null for a column of which nothing is known
   */
  default boolean mayBeTrue(IntFunction<ColumnRange> ranges) {
    return true;
  }

  /** Names the columns that it reads. */
  void columns(IntConsumer reader);

  /** Whether a row meets it. */
  default boolean meets(Row row) {
    return Boolean.TRUE.equals(of(row));
  }

  /** All hold. */
  record And(List<Condition> parts) implements Condition {
    @Override
    public Boolean of(Row row) {
      Boolean all = true;
      for (Condition part : parts) {
        Boolean one = part.of(row);
        if (Boolean.FALSE.equals(one)) {
          return false;
        }
        all = one == null ? null : all;
      }
      return all;
    }

    @Override
    public boolean mayBeTrue(IntFunction<ColumnRange> ranges) {
      return parts.stream().allMatch(part -> part.mayBeTrue(ranges));
    }

    @Override
    public void columns(IntConsumer reader) {
      parts.forEach(part -> part.columns(reader));
    }
  }

  /** One holds. */
  record Or(List<Condition> parts) implements Condition {
    @Override
    public Boolean of(Row row) {
      Boolean any = false;
      for (Condition part : parts) {
        Boolean one = part.of(row);
        if (Boolean.TRUE.equals(one)) {
          return true;
        }
        any = one == null ? null : any;
      }
      return any;
    }

    @Override
    public boolean mayBeTrue(IntFunction<ColumnRange> ranges) {
      return parts.stream().anyMatch(part -> part.mayBeTrue(ranges));
    }

    @Override
    public void columns(IntConsumer reader) {
      parts.forEach(part -> part.columns(reader));
    }
  }

  /** The part does not hold. */
  record Not(Condition part) implements Condition {
    @Override
    public Boolean of(Row row) {
      Boolean value = part.of(row);
      return value == null ? null : !value;
    }

    @Override
    public void columns(IntConsumer reader) {
      part.columns(reader);
    }
  }

  /**
   * IS TRUE, IS NOT TRUE and so on: never unknown.
   *
   * @param truth what the part is compared with; null for unknown
   * @param same whether it must be that, or must not
   */
  record Is(Condition part, Boolean truth, boolean same) implements Condition {
    @Override
    public Boolean of(Row row) {
      return java.util.Objects.equals(part.of(row), truth) == same;
    }

    @Override
    public void columns(IntConsumer reader) {
      part.columns(reader);
    }
  }

  /** A column is null, or is not. */
  record IsNull(int column, boolean isNull) implements Condition {
    @Override
    public Boolean of(Row row) {
      return (row.value(column) == null) == isNull;
    }

    @Override
    public boolean mayBeTrue(IntFunction<ColumnRange> ranges) {
      ColumnRange range = ranges.apply(column);
      return range == null || (isNull ? range.mayBeNull() : range.mayBeSet());
    }

    @Override
    public void columns(IntConsumer reader) {
      reader.accept(column);
    }
  }

  /** A column of booleans. */
  record Flag(int column) implements Condition {
    @Override
    public Boolean of(Row row) {
      return (Boolean) row.value(column);
    }

    @Override
    public void columns(IntConsumer reader) {
      reader.accept(column);
    }
  }

  /** TRUE or FALSE. */
  record Constant(Boolean truth) implements Condition {
    @Override
    public Boolean of(Row row) {
      return truth;
    }

    @Override
    public void columns(IntConsumer reader) {
      // reads none
    }
  }

  /** A text is like a pattern, as a regular expression. */
  record Like(int column, String regex, PatternHolder pattern) implements Condition {
    Like(int column, String regex) {
      this(column, regex, new PatternHolder(Pattern.compile(regex, Pattern.DOTALL)));
    }

    @Override
    public Boolean of(Row row) {
      String text = (String) row.value(column);
      return text == null ? null : pattern.pattern().matcher(text).matches();
    }

    @Override
    public void columns(IntConsumer reader) {
      reader.accept(column);
    }
  }

  /** A pattern that is equal to any: what it is made of tells. */
  record PatternHolder(Pattern pattern) implements Serializable {
    @Override
    public boolean equals(Object other) {
      return other instanceof PatternHolder;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /** Two values compared. */
  record Compare(Comparison operator, Domain domain, Operand left, Operand right)
      implements Condition {
    @Override
    public Boolean of(Row row) {
      Object a = left.in(row);
      Object b = right.in(row);
      return a == null || b == null ? null : domain.holds(operator, a, b);
    }

    @Override
    public boolean mayBeTrue(IntFunction<ColumnRange> ranges) {
      if (left instanceof Operand.Of column && right instanceof Operand.Value value) {
        return operator.mayHold(ranges.apply(column.column()), value.stored());
      } else if (left instanceof Operand.Value value && right instanceof Operand.Of column) {
        return operator.mirrored().mayHold(ranges.apply(column.column()), value.stored());
      }
      return true;
    }

    @Override
    public void columns(IntConsumer reader) {
      left.columns(reader);
      right.columns(reader);
    }
  }
}
