package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.inline;
import static org.apache.spark.sql.functions.inline_outer;

import dev.knit.table.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Puts a search into a query: an expression that Spark's generated code calls per row, whose array
 * of neighbors becomes rows. The left columns never leave Spark's own format.
 */
final class KnnJoin {
  private final KnitIndex index;
  private final KnnOptions options;
  private final StructType neighbor;
  private final int[] columns;

  KnnJoin(KnitIndex index, KnnOptions options) {
    this.index = index;
    this.options = options;
    options.search().check(index.snapshot().params().metric());
    Map<String, Integer> numbers = numbers(index.snapshot().schema());
    List<String> names =
        options.columns() == null ? List.copyOf(numbers.keySet()) : options.columns();
    List<StructField> fields = new ArrayList<>();
    columns = new int[names.size()];
    for (int i = 0; i < columns.length; i++) {
      if (names.indexOf(names.get(i)) < i) {
        throw new IllegalArgumentException(
            "Column '%s' was asked for twice.".formatted(names.get(i)));
      }
      columns[i] = number(numbers, names.get(i));
      fields.add(field(names.get(i), columns[i]));
    }
    fields.add(DataTypes.createStructField(KnnSearch.DISTANCE, DataTypes.FloatType, false));
    fields.add(DataTypes.createStructField(KnnSearch.RANK, DataTypes.IntegerType, false));
    neighbor = DataTypes.createStructType(fields);
  }

  Dataset<Row> of(Dataset<Row> left, String vectorColumn) {
    StructType schema = left.schema();
    IndexSource.requireColumn(schema, vectorColumn);
    SparkVectors.checkType(schema.apply(vectorColumn));
    refuseSharedNames(schema);
    Column self = null;
    if (options.excludeSelf() != null) {
      IndexSource.requireColumn(schema, options.excludeSelf());
      IndexSource.checkId(schema.apply(options.excludeSelf()));
      self = IndexSource.column(options.excludeSelf());
    }
    Column neighbors = neighbors(IndexSource.column(vectorColumn), self, true);
    return left.select(col("*"), options.outer() ? inline_outer(neighbors) : inline(neighbors));
  }

  private void refuseSharedNames(StructType left) {
    var same = Sessions.classic(index.spark()).sessionState().conf().resolver();
    for (StructField field : neighbor.fields()) {
      if (Arrays.stream(left.fieldNames())
          .anyMatch(name -> (boolean) same.apply(name, field.name()))) {
        throw new IllegalArgumentException(
            "Column '%s' is on both sides of the join; rename it on the left, or give the index's columns a prefix (rightPrefix) or choose among them (columns)."
                .formatted(field.name()));
      }
    }
  }

  /** The neighbors as an array of structs, in an expression that Spark evaluates once a row. */
  Column column(Column vector, Column self) {
    return neighbors(vector, self, false);
  }

  /**
   * The neighbors as an array of structs.
   *
   * @param movable whether Spark may move the expression; it may copy it then
   */
  private Column neighbors(Column vector, Column self, boolean movable) {
    List<Expression> arguments = new ArrayList<>();
    arguments.add(ExpressionUtils.expression(vector.cast(SparkVectors.TYPE)));
    if (self != null) {
      arguments.add(ExpressionUtils.expression(self.cast(DataTypes.StringType)));
    }
    DataType result = DataTypes.createArrayType(neighbor, false);
    KnnSearch search = index.holding(new KnnSearch(search(), options, columns));
    return ExpressionUtils.column(
        new SearchCall(
            Literal.fromObject(search),
            "search",
            result,
            seq(arguments),
            seq(List.of()),
            false,
            true,
            movable));
  }

  private IndexSearch search() {
    IndexSearch search = IndexSearch.of(index.table(), index.snapshot(), options.search());
    IndexSearch allowed =
        options.filter() == null ? search : search.among(FilterText.parse(index, options.filter()));
    return options.exact() ? allowed.exactly() : allowed;
  }

  private StructField field(String name, int number) {
    TableSchema schema = index.snapshot().schema();
    StructField field = SparkTypes.field(number < 0 ? schema.id() : schema.metadata().get(number));
    return DataTypes.createStructField(
        options.rightPrefix() + name, field.dataType(), field.nullable());
  }

  private int number(Map<String, Integer> numbers, String name) {
    if (name.equals(index.snapshot().schema().vector())) {
      throw new IllegalArgumentException(
          "Column '%s' is the index's vector, which a join does not return; join the result with rows() by id."
              .formatted(name));
    }
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException(
          "The index has no column '%s'; its columns are %s."
              .formatted(name, String.join(", ", numbers.keySet())));
    }
    return number;
  }

  /** −1 for the id, then the metadata columns from 0. */
  private static Map<String, Integer> numbers(TableSchema schema) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    numbers.put(schema.id().name(), -1);
    for (int i = 0; i < schema.metadata().size(); i++) {
      numbers.put(schema.metadata().get(i).name(), i);
    }
    return numbers;
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
