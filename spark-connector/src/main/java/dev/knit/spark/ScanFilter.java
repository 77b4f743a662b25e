package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.ColumnRange;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BinaryComparison;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.In;
import org.apache.spark.sql.catalyst.expressions.InSet;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.LessThan;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.LogicalRDD;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which rows files may have rows that meet a condition, as their statistics tell. What it does not
 * understand excludes nothing.
 */
final class ScanFilter {
  private static final int FIRST_METADATA = 2; // behind the id and the vector

  private final Snapshot snapshot;
  private final Function<AttributeReference, Integer> places;
  private final List<Expression> conditions;

  private ScanFilter(
      Snapshot snapshot,
      Function<AttributeReference, Integer> places,
      List<Expression> conditions) {
    this.snapshot = snapshot;
    this.places = places;
    this.conditions = conditions;
  }

  /** A condition whose attributes have the names of columns. */
  static ScanFilter of(Snapshot snapshot, Expression condition) {
    IndexColumns columns = new IndexColumns(snapshot.schema());
    return new ScanFilter(
        snapshot,
        attribute -> {
          int number = columns.number(attribute.name());
          return number >= IndexColumns.ID ? number : null;
        },
        List.of(condition));
  }

  /**
   * The conditions of an optimized plan: a scan of the index, filters and projections.
   *
   * @param output of the scan: id, vector, metadata, and what else there is
   */
  static ScanFilter of(Snapshot snapshot, List<Attribute> output, LogicalPlan optimized) {
    List<Expression> conditions = new ArrayList<>();
    LogicalPlan plan = optimized;
    while (plan instanceof Filter || plan instanceof Project) {
      if (plan instanceof Filter filter) {
        conditions.add(filter.condition());
      }
      plan = plan.children().head();
    }
    return new ScanFilter(
        snapshot,
        attribute -> place(snapshot, output, attribute),
        plan instanceof LogicalRDD ? conditions : List.of());
  }

  private static Integer place(
      Snapshot snapshot, List<Attribute> output, AttributeReference reference) {
    for (int i = 0; i < output.size(); i++) {
      if (output.get(i).exprId().equals(reference.exprId())) {
        int metadata = i - FIRST_METADATA;
        boolean known = metadata >= 0 && metadata < snapshot.schema().metadata().size();
        return i == 0 ? Integer.valueOf(IndexColumns.ID) : known ? metadata : null;
      }
    }
    return null;
  }

  /** Whether a segment may have such rows. */
  boolean mayMatch(SegmentInfo segment) {
    return segment.rowsFiles().stream().anyMatch(file -> mayMatch(segment, file));
  }

  /** Whether a file of a segment may have such rows. */
  boolean mayMatch(SegmentInfo segment, RowsFile file) {
    Ranges ranges = metadata -> ColumnRange.of(snapshot, segment, file, metadata);
    return conditions.stream().allMatch(condition -> mayMatch(condition, ranges));
  }

  /** The range of a column: metadata from 0, the id −1. */
  private interface Ranges {
    ColumnRange of(int metadata);
  }

  private boolean mayMatch(Expression condition, Ranges ranges) {
    if (condition instanceof And and) {
      return mayMatch(and.left(), ranges) && mayMatch(and.right(), ranges);
    } else if (condition instanceof Or or) {
      return mayMatch(or.left(), ranges) || mayMatch(or.right(), ranges);
    } else if (condition instanceof IsNull isNull && column(isNull.child()) != null) {
      return ranges.of(column(isNull.child())).mayBeNull();
    } else if (condition instanceof IsNotNull isSet && column(isSet.child()) != null) {
      return ranges.of(column(isSet.child())).mayBeSet();
    } else if (condition instanceof BinaryComparison comparison) {
      return mayCompare(comparison, ranges);
    } else if (condition instanceof In in) {
      return mayBeOneOf(in.value(), CollectionConverters.asJava(in.list()).stream(), ranges);
    } else if (condition instanceof InSet in) {
      Stream<Expression> values =
          CollectionConverters.asJava(in.hset()).stream()
              .map(value -> Literal.create(value, in.child().dataType()));
      return mayBeOneOf(in.child(), values, ranges);
    }
    return true;
  }

  private boolean mayCompare(BinaryComparison comparison, Ranges ranges) {
    Integer left = column(comparison.left());
    Integer right = column(comparison.right());
    Object value = left == null ? value(comparison.left(), right) : value(comparison.right(), left);
    if (value == null) {
      return true;
    }
    ColumnRange range = ranges.of(left == null ? right : left);
    boolean columnFirst = left != null;
    if (comparison instanceof EqualTo || comparison instanceof EqualNullSafe) {
      return range.mayBe(value);
    } else if (comparison instanceof LessThan) {
      return columnFirst ? range.mayBeLess(value) : range.mayBeGreater(value);
    } else if (comparison instanceof LessThanOrEqual) {
      return columnFirst ? range.mayBeAtMost(value) : range.mayBeAtLeast(value);
    } else if (comparison instanceof GreaterThan) {
      return columnFirst ? range.mayBeGreater(value) : range.mayBeLess(value);
    } else if (comparison instanceof GreaterThanOrEqual) {
      return columnFirst ? range.mayBeAtLeast(value) : range.mayBeAtMost(value);
    }
    return true;
  }

  private boolean mayBeOneOf(Expression child, Stream<Expression> values, Ranges ranges) {
    Integer column = column(child);
    if (column == null) {
      return true;
    }
    ColumnRange range = ranges.of(column);
    return values
        .map(value -> value(value, column))
        .anyMatch(value -> value == null || range.mayBe(value));
  }

  /** The place of a column among the metadata, −1 for the id; null for anything else. */
  private Integer column(Expression expression) {
    return expression instanceof AttributeReference reference ? places.apply(reference) : null;
  }

  /** The value of a constant to compare a column with; null when it is none. */
  private Object value(Expression expression, Integer column) {
    if (column == null || !(expression instanceof Literal literal) || literal.value() == null) {
      return null;
    }
    Column compared =
        column < 0 ? snapshot.schema().id() : snapshot.schema().metadata().get(column);
    return CatalystValues.fromSpark(
        new GenericInternalRow(new Object[] {literal.value()}), 0, compared.type());
  }
}
