package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.Knit;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.vector.Metric;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;

/**
 * Recommends items by their factors, which are the vectors of an index with metric {@code
 * inner_product}; the index is all that is kept of a model.
 *
 * <ol>
 *   <li>{@link #train}: Spark's ALS finds the factors of items; with the items' columns they become
 *       an index
 *   <li>{@link #recommend}: the factors of users follow from their ratings and the items' factors,
 *       as in the last step of ALS; users are joined with the items that they have not rated
 *   <li>{@link #refresh}: items with new ratings get new factors, by the same step from users
 * </ol>
 *
 * <p>Needs {@code spark-mllib} on the class path, as Spark's distributions have it. Immutable and
 * safe for use by many threads.
 */
public final class Recommender {
  /** Name of the index's vector column. */
  public static final String FACTORS = "factors";

  private static final String TASTE = "_taste";
  private static final String SEEN = "_seen";
  private static final String SCORE = "_score";
  private static final String POPULARITY = "_popularity";
  private static final String BY = "_by";

  private final KnitIndex index;
  private final RecommenderSpec spec;

  private Recommender(KnitIndex index, RecommenderSpec spec) {
    this.index = index;
    this.spec = spec;
  }

  /**
   * Learns the factors of items, and builds an index of them in the directory {@code path}; one
   * that is there is replaced, by a new version. Ratings of items that are not among {@code items},
   * and items without a rating, are left out.
   *
   * @param items an id column as {@code spec} has it, unique, and any others, by which
   *     recommendations may be filtered
   * @throws IllegalArgumentException when a column is missing, there are no ratings, or one has no
   *     user or item or is not finite
   */
  public static Recommender train(
      Dataset<Row> ratings, Dataset<Row> items, RecommenderSpec spec, String path) {
    Dataset<Row> known = known(ratings, items, spec).persist();
    try {
      if (known.isEmpty()) {
        throw new IllegalArgumentException(
            "None of the ratings is of an item that is among the items.");
      }
      IndexSpec wanted =
          IndexSpec.of(spec.item(), FACTORS).metric(Metric.INNER_PRODUCT).overwriting();
      Dataset<Row> rows = withFactors(items, Factors.ofItems(known, spec), spec);
      return new Recommender(KnitIndex.build(rows, wanted, path), spec);
    } finally {
      known.unpersist();
    }
  }

  /** The newest version of what {@link #train} left; {@code spec} should be that of then. */
  public static Recommender open(SparkSession spark, String path, RecommenderSpec spec) {
    KnitIndex index = KnitIndex.open(spark, path);
    if (index.snapshot().params().metric() != Metric.INNER_PRODUCT
        || !index.snapshot().schema().id().name().equals(spec.item())
        || !index.snapshot().schema().vector().equals(FACTORS)) {
      throw new IllegalArgumentException(
          "Index '%s' is none of factors of '%s' by inner_product; train one."
              .formatted(index.path(), spec.item()));
    }
    return new Recommender(index, spec);
  }

  RecommenderSpec spec() {
    return spec;
  }

  /** The items with their factors. */
  public KnitIndex index() {
    return index;
  }

  /**
   * For each user of {@code ratings} the items that suit best and that it has not rated: the user,
   * the items' columns, {@code _score} (the inner product of the factors) and {@code _rank}. A user
   * who has rated all items that the filter allows is not in the result. Lazy but for the sum over
   * all items' factors.
   *
   * @param ratings all that are known, whether the index was trained with them or not
   */
  public Dataset<Row> recommend(Dataset<Row> ratings, KnnOptions options) {
    return personal(tastes(checked(ratings)), options);
  }

  /**
   * The same for some users, with a column {@code _by}. Those of whom nothing is known get the
   * items with the most ratings: {@code _by} is then {@code popularity}, and {@code _score} the
   * number of ratings; otherwise it is {@code factors}.
   *
   * @param users a column as {@code spec} has it
   */
  public Dataset<Row> recommend(Dataset<Row> ratings, Dataset<Row> users, KnnOptions options) {
    Ratings.require(users.schema(), spec.user(), "Users have");
    Dataset<Row> rated = checked(ratings);
    Dataset<Row> asked = users.select(Ratings.column(spec.user()).as(Ratings.USER)).distinct();
    Dataset<Row> all = asked.join(tastes(rated), new String[] {Ratings.USER}, "left");
    Dataset<Row> known = personal(all.filter(col(TASTE).isNotNull()), options);
    Dataset<Row> unknown = popular(all.filter(col(TASTE).isNull()), rated, options);
    return known
        .withColumn(BY, lit("factors"))
        .unionByName(unknown.withColumn(BY, lit("popularity")));
  }

  /** The items with the most ratings that each of {@code users} has not rated, measured exactly. */
  Dataset<Row> popular(Dataset<Row> users, Dataset<Row> rated, KnnOptions options) {
    Dataset<Row> counts =
        rated.groupBy(Ratings.ITEM).count().withColumnRenamed("count", POPULARITY);
    Dataset<Row> items =
        index
            .rows()
            .drop(FACTORS)
            .join(counts, Ratings.column(spec.item()).equalTo(col(Ratings.ITEM)))
            .drop(Ratings.ITEM)
            .withColumn(POPULARITY, array(col(POPULARITY).cast("float")));
    Dataset<Row> left =
        users
            .withColumn(TASTE, array(lit(1f)))
            .withColumn(
                SEEN, coalesce(col(SEEN), array().cast(users.schema().apply(SEEN).dataType())));
    IndexSpec byCount = IndexSpec.of(spec.item(), POPULARITY).metric(Metric.INNER_PRODUCT);
    return scored(Knit.knnJoin(named(left), TASTE, items, byCount, unseen(options.exactly())));
  }

  Dataset<Row> personal(Dataset<Row> tastes, KnnOptions options) {
    return scored(index.knnJoin(named(tastes), TASTE, unseen(options)));
  }

  private KnnOptions unseen(KnnOptions options) {
    String unseen = "not array_contains(%s, right.`%s`)".formatted(SEEN, spec.item());
    return options.on(options.on() == null ? unseen : unseen + " and (" + options.on() + ")");
  }

  private Dataset<Row> scored(Dataset<Row> joined) {
    return joined.withColumn(SCORE, negate(col("_distance"))).drop(TASTE, SEEN, "_distance");
  }

  private Dataset<Row> named(Dataset<Row> users) {
    return users.withColumnRenamed(Ratings.USER, spec.user());
  }

  /**
   * For each item those that are nearest to it: its columns, those of the others with a prefix
   * ({@code similar_} if there is none), {@code _score} (the inner product of the factors) and
   * {@code _rank}.
   */
  public Dataset<Row> similar(KnnOptions options) {
    KnnOptions others = options.rightPrefix().isEmpty() ? options.rightPrefix("similar_") : options;
    return index
        .knnJoin(index.rows(), FACTORS, others.excludeSelf(spec.item()))
        .withColumn(SCORE, negate(col("_distance")))
        .drop(FACTORS, "_distance");
  }

  /**
   * Gives new factors to the items that have new ratings, from those of users; other items stay as
   * they are. This is half an iteration of ALS, so train anew now and then. When factors grow
   * longer than the index was built for, it is built anew from all factors.
   *
   * @param ratings all, with the new ones
   * @param items at least those with new ratings, with the columns of the index
   * @param arrived the new ratings
   * @return the version that was made
   */
  public Recommender refresh(Dataset<Row> ratings, Dataset<Row> items, Dataset<Row> arrived) {
    Dataset<Row> rated = known(ratings, items, spec);
    Dataset<Row> changed = checked(arrived).select(Ratings.ITEM).distinct();
    Dataset<Row> users =
        tastes(rated)
            .filter(col(TASTE).isNotNull())
            .select(col(Ratings.USER), col(TASTE).as(FACTORS))
            .persist();
    try {
      Column solution =
          HalfStep.from(users, spec).solution(col(FACTORS), col(Ratings.RATING)).as(FACTORS);
      Dataset<Row> factors =
          rated
              .join(changed, new String[] {Ratings.ITEM}, "left_semi")
              .join(users, Ratings.USER)
              .groupBy(Ratings.ITEM)
              .agg(solution)
              .filter(col(FACTORS).isNotNull());
      return new Recommender(replaced(withFactors(items, factors, spec).persist()), spec);
    } finally {
      users.unpersist();
    }
  }

  private KnitIndex replaced(Dataset<Row> rows) {
    try {
      return rows.isEmpty() ? index : Upsert.of(index, rows);
    } finally {
      rows.unpersist();
    }
  }

  /** The factors of each user, null when no rating counts, and the items that it has rated. */
  Dataset<Row> tastes(Dataset<Row> rated) {
    Dataset<Row> items =
        index.rows().select(Ratings.column(spec.item()).as(Ratings.ITEM), col(FACTORS));
    Column solution = HalfStep.from(items, spec).solution(col(FACTORS), col(Ratings.RATING));
    return rated
        .join(items, Ratings.ITEM)
        .groupBy(Ratings.USER)
        .agg(solution.as(TASTE), collect_set(Ratings.ITEM).as(SEEN));
  }

  /** Ratings with items of the type that the index has. */
  Dataset<Row> checked(Dataset<Row> ratings) {
    DataType type = index.rows().schema().apply(spec.item()).dataType();
    return Ratings.of(ratings, spec).withColumn(Ratings.ITEM, col(Ratings.ITEM).cast(type));
  }

  private static Dataset<Row> known(
      Dataset<Row> ratings, Dataset<Row> items, RecommenderSpec spec) {
    Ratings.require(items.schema(), spec.item(), "Items have");
    DataType type = items.schema().apply(spec.item()).dataType();
    return Ratings.of(ratings, spec)
        .withColumn(Ratings.ITEM, col(Ratings.ITEM).cast(type))
        .join(
            items.select(Ratings.column(spec.item()).as(Ratings.ITEM)),
            new String[] {Ratings.ITEM},
            "left_semi");
  }

  private static Dataset<Row> withFactors(
      Dataset<Row> items, Dataset<Row> factors, RecommenderSpec spec) {
    if (Arrays.asList(items.columns()).contains(FACTORS)) {
      throw new IllegalArgumentException(
          "Items have a column '%s', which the index needs for itself; rename it."
              .formatted(FACTORS));
    }
    return items
        .join(factors, Ratings.column(spec.item()).equalTo(col(Ratings.ITEM)))
        .drop(Ratings.ITEM);
  }
}
