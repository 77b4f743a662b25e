package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Factors of items by Spark's ALS, which knows users and items by ints. */
final class Factors {
  private static final String NUMBER = "_number";

  private Factors() {}

  /** Items and their factors, from ratings as {@link Ratings} has them. */
  static Dataset<Row> ofItems(Dataset<Row> ratings, RecommenderSpec spec) {
    Dataset<Row> items = numbered(ratings, Ratings.ITEM);
    Dataset<Row> ints =
        ratings
            .join(items.withColumnRenamed(NUMBER, "item"), Ratings.ITEM)
            .join(numbered(ratings, Ratings.USER).withColumnRenamed(NUMBER, "user"), Ratings.USER)
            .select(col("user"), col("item"), col(Ratings.RATING).cast("float").as("rating"));
    ALSModel model = als(ratings, spec).fit(ints);
    return model
        .itemFactors()
        .withColumnRenamed("id", NUMBER)
        .withColumnRenamed("features", Recommender.FACTORS)
        .join(items, NUMBER)
        .select(Ratings.ITEM, Recommender.FACTORS);
  }

  private static ALS als(Dataset<Row> ratings, RecommenderSpec spec) {
    return new ALS()
        .setRank(spec.rank())
        .setMaxIter(spec.iterations())
        .setRegParam(spec.regularization())
        .setImplicitPrefs(spec.implicit())
        .setAlpha(spec.alpha())
        .setSeed(spec.seed())
        .setNumBlocks(ratings.sparkSession().sparkContext().defaultParallelism());
  }

  /** The values of a column, each with a number from 0 in their order. */
  private static Dataset<Row> numbered(Dataset<Row> ratings, String column) {
    Dataset<Row> values = ratings.select(column).distinct().sort(column);
    JavaRDD<Row> rows =
        values
            .toJavaRDD()
            .zipWithIndex()
            .map(pair -> RowFactory.create(pair._1().get(0), Math.toIntExact(pair._2())));
    StructType schema = values.schema().add(NUMBER, DataTypes.IntegerType, false);
    return ratings.sparkSession().createDataFrame(rows, schema);
  }
}
