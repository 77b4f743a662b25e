package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** A search as an expression that Spark's generated code calls per row: an array of neighbors. */
final class SearchColumn {
  private final KnitIndex index;
  private final KnnOptions options;
  private final JoinColumns columns;
  private final IndexSearch search;

  /**
   * A search.
   *
   * @throws IllegalArgumentException when the options do not fit the index
   */
  SearchColumn(KnitIndex index, KnnOptions options) {
    if (options.on() != null) {
      throw new IllegalArgumentException(
          "A search by column has no row of the left to compare: use knnJoin for condition '%s'."
              .formatted(options.on()));
    }
    JoinTarget target = new JoinTarget.Existing(index, options);
    this.index = index;
    this.options = options;
    this.columns = new JoinColumns(target, options);
    this.search = target.search(() -> 0);
  }

  /** The neighbors as an array of structs, in an expression that Spark evaluates once a row. */
  Column of(Column vector, Column self) {
    List<Expression> arguments = new ArrayList<>();
    arguments.add(ExpressionUtils.expression(vector.cast(SparkVectors.TYPE)));
    if (self != null) {
      arguments.add(ExpressionUtils.expression(self.cast(DataTypes.StringType)));
    }
    DataType result = DataTypes.createArrayType(neighbor(), false);
    KnnSearch call = index.holding(new KnnSearch(search, options, numbers()));
    return ExpressionUtils.column(
        new SearchCall(
            Literal.fromObject(call),
            "search",
            result,
            seq(arguments),
            seq(List.of()),
            false,
            true,
            false)); // not to be moved, as Spark may copy it then
  }

  private StructType neighbor() {
    StructType all = columns.all();
    return DataTypes.createStructType(
        columns.returned().stream()
            .map(name -> named(all.apply(name), columns.resultName(name)))
            .toList());
  }

  private static StructField named(StructField field, String name) {
    return DataTypes.createStructField(name, field.dataType(), field.nullable());
  }

  /** Those of the index's columns, without distance and rank. */
  private int[] numbers() {
    IndexColumns types = new IndexColumns(index.snapshot().schema());
    return columns.returned().stream()
        .mapToInt(types::number)
        .filter(number -> number >= IndexColumns.ID)
        .toArray();
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
