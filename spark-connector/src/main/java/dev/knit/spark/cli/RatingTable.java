package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.isnan;

import dev.knit.spark.recommend.Recommender;
import dev.knit.spark.recommend.RecommenderSpec;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads files of ratings; of csv it tells which lines are wrong. */
final class RatingTable {
  private static final String BROKEN = "_broken";
  private static final int SHOWN = 3;

  private final SparkSession spark;
  private final RecommenderSpec spec;

  RatingTable(SparkSession spark, RecommenderSpec spec) {
    this.spark = spark;
    this.spec = spec;
  }

  /**
   * Ratings of a file.
   *
   * @throws IllegalArgumentException when a column is missing or lines are malformed
   */
  Dataset<Row> read(String file, Dataset<Row> items) {
    Dataset<Row> plain = Inputs.read(spark, file);
    requireColumns(plain, file, List.of(spec.user(), spec.item(), spec.rating()));
    requireColumns(items, "the items", List.of(spec.item()));
    return Inputs.extension(file).equals("csv") ? csv(file, plain.schema(), items) : plain;
  }

  private static void requireColumns(Dataset<Row> table, String owner, List<String> names) {
    List<String> columns = Arrays.asList(table.columns());
    for (String name : names) {
      if (!columns.contains(name)) {
        throw new IllegalArgumentException(
            "'%s' has no column '%s', but %s; say what yours is called, see 'knit recommend --help'."
                .formatted(owner, name, String.join(", ", columns)));
      }
    }
  }

  private Dataset<Row> csv(String file, StructType inferred, Dataset<Row> items) {
    StructType schema = new StructType();
    for (String name : inferred.fieldNames()) {
      schema = schema.add(name, type(name, inferred, items));
    }
    Dataset<Row> rows =
        spark
            .read()
            .option("header", true)
            .option("columnNameOfCorruptRecord", BROKEN)
            .schema(schema.add(BROKEN, DataTypes.StringType))
            .csv(file);
    if (!rows.filter(wrong()).isEmpty()) {
      throw new IllegalArgumentException(wrongLines(file, schema));
    }
    return rows.drop(BROKEN);
  }

  private DataType type(String name, StructType inferred, Dataset<Row> items) {
    if (name.equals(spec.item())) {
      return items.schema().apply(name).dataType();
    }
    if (name.equals(spec.rating())) {
      return DataTypes.DoubleType;
    }
    return name.equals(spec.timestamp()) ? DataTypes.LongType : inferred.apply(name).dataType();
  }

  private Column wrong() {
    Column rating = col("`" + spec.rating() + "`");
    return col(BROKEN)
        .isNotNull()
        .or(col("`" + spec.user() + "`").isNull())
        .or(col("`" + spec.item() + "`").isNull())
        .or(rating.isNull())
        .or(isnan(rating))
        .or(functions.abs(rating).equalTo(Double.POSITIVE_INFINITY));
  }

  private String wrongLines(String file, StructType schema) {
    JavaRDD<Row> numbered =
        spark
            .read()
            .text(file)
            .toJavaRDD()
            .zipWithIndex()
            .filter(line -> line._2() > 0 && !line._1().getString(0).isBlank())
            .map(line -> RowFactory.create(line._2() + 1, line._1().getString(0)));
    Dataset<Row> lines =
        spark.createDataFrame(
            numbered,
            new StructType().add("_line", DataTypes.LongType).add("_text", DataTypes.StringType));
    Dataset<Row> wrong =
        lines
            .withColumn(
                "_parsed",
                from_csv(
                    col("_text"),
                    functions.lit(schema.add(BROKEN, DataTypes.StringType).toDDL()),
                    Map.of("columnNameOfCorruptRecord", BROKEN)))
            .select("_line", "_text", "_parsed.*")
            .filter(wrong())
            .orderBy("_line")
            .select("_line", "_text")
            .persist();
    String some =
        wrong.takeAsList(SHOWN).stream()
            .map(line -> "line %d: '%s'".formatted(line.getLong(0), line.getString(1)))
            .collect(Collectors.joining("; "));
    return "'%s' has %,d malformed line(s), of which a user, an item or a finite rating cannot be read; %s."
        .formatted(file, wrong.count(), some);
  }

  /** Prints what there is, and what was left out. */
  void tell(PrintWriter out, Dataset<Row> ratings, Recommender recommender) {
    String id = spec.item();
    Dataset<Row> known = recommender.index().rows().select(col("`" + id + "`"));
    Row unknown =
        ratings
            .join(known, new String[] {id}, "left_anti")
            .agg(functions.count("*"), functions.count_distinct(col(id)), functions.min(col(id)))
            .first();
    out.printf(
        "%,d ratings; %,d rated items with %d factors are in '%s' (version %d).%n",
        ratings.count(),
        recommender.index().snapshot().rows(),
        recommender.index().snapshot().schema().dimension(),
        recommender.index().path(),
        recommender.index().snapshot().version());
    if (unknown.getLong(0) > 0) {
      out.printf(
          "%,d ratings of %,d items that are not in the items file were left out, such as %s.%n",
          unknown.getLong(0), unknown.getLong(1), unknown.get(2));
    }
  }
}
