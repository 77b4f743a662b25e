package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * The table functions {@code knit_search}, {@code knit_range} and {@code knit_facets}: searches of
 * an index by a vector, or by each row of {@code TABLE(queries)}.
 */
enum SearchFunction {
  /** The k nearest. */
  SEARCH("k") {
    @Override
    Dataset<Row> rows(SearchTarget target, Dataset<Row> left, SearchArguments arguments) {
      return target.index().knnJoin(left, target.vector(), target.options(nearest(arguments)));
    }
  },

  /** All within a distance. */
  RANGE("max_distance") {
    @Override
    Dataset<Row> rows(SearchTarget target, Dataset<Row> left, SearchArguments arguments) {
      if (!arguments.has("max_distance")) {
        throw KnitErrors.invalid("knit_range needs 'max_distance'.");
      }
      KnnOptions within = KnnOptions.within(arguments.fraction("max_distance", 0));
      return target.index().knnJoin(left, target.vector(), target.options(within));
    }
  },

  /** How many of the k nearest have each value of a column. */
  FACETS("facet", "k") {
    @Override
    Dataset<Row> rows(SearchTarget target, Dataset<Row> left, SearchArguments arguments) {
      String facet = arguments.text("facet");
      KnnOptions options = target.options(nearest(arguments));
      return new Facets(target.index(), target.vector(), facet, options).of(left);
    }
  };

  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType);
  private static final String QUERY = "knit:query";
  private final List<String> names;

  SearchFunction(String... own) {
    Stream<String> options =
        Stream.of(
            "filter", "ef", "exact", "negatives", "negative_weight", "version", "column", "prefix");
    this.names =
        Stream.of(Stream.of("table", "query"), Arrays.stream(own), options)
            .flatMap(part -> part)
            .toList();
  }

  /** What is found for the rows of {@code left}. */
  abstract Dataset<Row> rows(SearchTarget target, Dataset<Row> left, SearchArguments arguments);

  String sqlName() {
    return "knit_" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** For {@link org.apache.spark.sql.SparkSessionExtensions#injectTableFunction}. */
  Tuple3<FunctionIdentifier, ExpressionInfo, scala.Function1<Seq<Expression>, LogicalPlan>>
      injected() {
    return new Tuple3<>(
        new FunctionIdentifier(sqlName()),
        new ExpressionInfo(getClass().getName(), sqlName()),
        new AbstractFunction1<Seq<Expression>, LogicalPlan>() {
          @Override
          public LogicalPlan apply(Seq<Expression> given) {
            return KnitErrors.told(() -> plan(CollectionConverters.asJava(given)));
          }
        });
  }

  private LogicalPlan plan(List<Expression> given) {
    SearchArguments arguments = new SearchArguments(sqlName(), names, given);
    KnitIndex index = SearchTarget.index(SparkSession.active(), arguments);
    if (!arguments.has("query")) {
      throw KnitErrors.invalid("%s needs 'query'.".formatted(sqlName()));
    }
    boolean table = arguments.isTable("query");
    Dataset<Row> left = table ? queries(arguments) : constant(arguments.vector("query"));
    String vector = table ? vector(left, arguments) : QUERY;
    Dataset<Row> found = rows(new SearchTarget(index, vector, arguments), left, arguments);
    Dataset<Row> shown = table ? found : found.drop(QUERY);
    return ((org.apache.spark.sql.classic.Dataset<Row>) shown).queryExecution().analyzed();
  }

  private static KnnOptions nearest(SearchArguments arguments) {
    return KnnOptions.of(arguments.number("k", 10));
  }

  private static Dataset<Row> queries(SearchArguments arguments) {
    return org.apache.spark.sql.classic.Dataset.ofRows(
        (org.apache.spark.sql.classic.SparkSession) SparkSession.active(),
        arguments.table("query"));
  }

  private static Dataset<Row> constant(float[] query) {
    return SparkSession.active()
        .createDataFrame(
            List.of(RowFactory.create((Object) query)), new StructType().add(QUERY, VECTOR));
  }

  /** The column of the queries that has their vectors. */
  private String vector(Dataset<Row> left, SearchArguments arguments) {
    List<String> vectors = new ArrayList<>();
    for (StructField field : left.schema().fields()) {
      if (field.dataType() instanceof ArrayType array
          && (array.elementType().equals(DataTypes.FloatType)
              || array.elementType().equals(DataTypes.DoubleType))) {
        vectors.add(field.name());
      }
    }
    String named = arguments.text("column", null);
    if (named == null && vectors.size() != 1) {
      throw KnitErrors.invalid(
          "%s: which column of the queries has their vectors? Of %s those of type ARRAY<FLOAT> or ARRAY<DOUBLE> are %s; name one by 'column'."
              .formatted(sqlName(), List.of(left.columns()), vectors));
    }
    return named == null ? vectors.get(0) : named;
  }
}
