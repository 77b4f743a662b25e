package dev.knit.spark;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.ClusteredDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What searches in groups of segments send to where it is merged: for each row of the left the row
 * itself, and what was found for it in each group. Sorted, the row comes first and then its
 * neighbors, the nearest first.
 */
final class FoundRows {
  static final int ROW = 0;
  static final int ORDER = 1;
  static final int PLACE = 2;
  static final int VALUES = 3;

  private static final String NUMBER = "knit_row";

  private FoundRows() {}

  /** The number of a row of the left, which no other has. */
  static Attribute row() {
    return column(NUMBER, DataTypes.LongType);
  }

  /** Whether a column has such numbers, by its name. */
  static boolean isNumber(Attribute column) {
    return column.name().equals(NUMBER);
  }

  /** The number of the row; the order, null for the row itself; among equals; the columns. */
  static Seq<Attribute> columns(Attribute row) {
    return seq(
        List.of(
            row,
            column("knit_order", DataTypes.FloatType),
            column("knit_place", DataTypes.LongType),
            column("knit_values", DataTypes.BinaryType)));
  }

  private static Attribute column(String name, DataType type) {
    return new AttributeReference(
        name, type, true, Metadata.empty(), NamedExpression.newExprId(), seq(List.of()));
  }

  /** All that there is of a row of the left in one partition. */
  static Seq<Distribution> byRow(Attribute row) {
    return seq(
        List.of(new ClusteredDistribution(seq(List.<Expression>of(row)), false, Option.empty())));
  }

  static Seq<Seq<SortOrder>> sorted(Seq<Attribute> columns) {
    return seq(
        List.of(
            seq(
                List.of(
                    ascending(columns.apply(ROW)),
                    ascending(columns.apply(ORDER)),
                    ascending(columns.apply(PLACE))))));
  }

  /** Nulls first. */
  private static SortOrder ascending(Attribute column) {
    return new SortOrder(
        column, Ascending$.MODULE$, Ascending$.MODULE$.defaultNullOrdering(), seq(List.of()));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
