package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.xxhash64;

import dev.knit.spark.KnnOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/**
 * How good recommendations are: against exact scoring of the same factors, and against ratings that
 * the factors have not seen. At most {@value #MOST_USERS} users are asked, the same each time.
 */
public final class Evaluation {
  static final int MOST_USERS = 10_000;
  private static final int HELD_OUT_OF = 5;

  private Evaluation() {}

  /**
   * Recall against exact scoring with a width of the beam.
   *
   * @param recall share of the exact answer's places that are filled by an item which scores as
   *     high as the last of them
   */
  public record Beam(int ef, double recall) {}

  /**
   * What the first places hold.
   *
   * @param places how many of them
   * @param hitRate share of users who have at least one held-out item there
   * @param ndcg normalized discounted cumulative gain, where held-out items gain 1 and others 0;
   *     mean over users
   */
  public record Quality(int places, double hitRate, double ndcg) {}

  /**
   * What held-out ratings tell.
   *
   * @param users how many have held-out ratings of items that others have rated, too
   * @param factors by the factors of the other ratings, for 1 to k places
   * @param popularity the same when everybody gets the items with the most ratings
   */
  public record HeldOut(int users, List<Quality> factors, List<Quality> popularity) {}

  /** Recall@k with each of {@code efs}, over what users have not seen. */
  public static List<Beam> recall(
      Recommender recommender, Dataset<Row> ratings, KnnOptions options, int... efs) {
    Dataset<Row> tastes = sample(recommender.tastes(recommender.checked(ratings))).persist();
    try {
      Map<Object, List<Float>> exact = scores(recommender.personal(tastes, options.exactly()));
      List<Beam> beams = new ArrayList<>();
      for (int ef : efs) {
        KnnOptions wide = options.ef(Math.max(ef, options.k()));
        beams.add(new Beam(wide.ef(), recall(scores(recommender.personal(tastes, wide)), exact)));
      }
      return beams;
    } finally {
      tastes.unpersist();
    }
  }

  private static Map<Object, List<Float>> scores(Dataset<Row> recommended) {
    Map<Object, List<Float>> scores = new HashMap<>();
    for (Row row : recommended.select(recommended.columns()[0], "_score").collectAsList()) {
      scores.computeIfAbsent(row.get(0), user -> new ArrayList<>()).add(row.getFloat(1));
    }
    return scores;
  }

  private static double recall(Map<Object, List<Float>> found, Map<Object, List<Float>> exact) {
    long places = 0;
    long filled = 0;
    for (Map.Entry<Object, List<Float>> user : exact.entrySet()) {
      float last = user.getValue().stream().min(Float::compare).orElseThrow();
      List<Float> scores = found.getOrDefault(user.getKey(), List.of());
      filled += scores.stream().filter(score -> score >= last).count();
      places += user.getValue().size();
    }
    return (double) filled / places;
  }

  /**
   * Holds out the newest fifth of each user's ratings, trains with the others, and looks for what
   * was held out among the k recommended. Ratings must have timestamps.
   *
   * @param path a directory for the index of this, which is replaced
   */
  public static HeldOut heldOut(
      Dataset<Row> ratings,
      Dataset<Row> items,
      RecommenderSpec spec,
      KnnOptions options,
      String path) {
    Ratings.require(ratings.schema(), spec.timestamp(), "To hold out the newest, ratings have");
    Dataset<Row> split = split(Ratings.of(ratings, spec)).persist();
    try {
      Dataset<Row> others = named(split.filter("not _newest"), spec);
      Recommender recommender = Recommender.train(others, items, spec, path);
      Dataset<Row> tastes =
          sample(recommender.tastes(recommender.checked(others)).filter("_taste is not null"))
              .persist();
      Map<Object, Set<Object>> held = held(recommender, split.filter("_newest"), tastes);
      List<Quality> factors = quality(recommender.personal(tastes, options), held, options.k());
      Dataset<Row> popular =
          recommender.popular(tastes.drop("_taste"), recommender.checked(others), options);
      HeldOut found = new HeldOut(held.size(), factors, quality(popular, held, options.k()));
      tastes.unpersist();
      return found;
    } finally {
      split.unpersist();
    }
  }

  private static Dataset<Row> split(Dataset<Row> ratings) {
    WindowSpec user = Window.partitionBy(Ratings.USER);
    return ratings
        .withColumn(
            "_place", row_number().over(user.orderBy(col(Ratings.AT).desc(), col(Ratings.ITEM))))
        .withColumn("_all", functions.count("*").over(user))
        .withColumn("_newest", col("_place").multiply(HELD_OUT_OF).leq(col("_all")));
  }

  private static Dataset<Row> named(Dataset<Row> ratings, RecommenderSpec spec) {
    return ratings.select(
        col(Ratings.USER).as(spec.user()),
        col(Ratings.ITEM).as(spec.item()),
        col(Ratings.RATING).as(spec.rating()));
  }

  private static Dataset<Row> sample(Dataset<Row> users) {
    return users.orderBy(xxhash64(col(Ratings.USER)), col(Ratings.USER)).limit(MOST_USERS);
  }

  /** The held-out items that can be recommended at all, by user. */
  private static Map<Object, Set<Object>> held(
      Recommender recommender, Dataset<Row> newest, Dataset<Row> users) {
    Dataset<Row> known =
        recommender
            .index()
            .rows()
            .select(Ratings.column(recommender.spec().item()).as(Ratings.ITEM));
    Map<Object, Set<Object>> held = new HashMap<>();
    newest
        .join(known, Ratings.ITEM)
        .join(users, Ratings.USER)
        .select(Ratings.USER, Ratings.ITEM)
        .collectAsList()
        .forEach(row -> held.computeIfAbsent(row.get(0), user -> new HashSet<>()).add(row.get(1)));
    return held;
  }

  private static List<Quality> quality(
      Dataset<Row> recommended, Map<Object, Set<Object>> held, int k) {
    String user = recommended.columns()[0];
    int[] first = new int[k + 1];
    double[] gains = new double[k + 1];
    Map<Object, boolean[]> hits = new HashMap<>();
    recommended
        .select(col(user), Ratings.column(itemColumn(recommended)), col("_rank"))
        .collectAsList()
        .forEach(
            row -> {
              if (held.getOrDefault(row.get(0), Set.of()).contains(row.get(1))) {
                hits.computeIfAbsent(row.get(0), any -> new boolean[k + 1])[row.getInt(2)] = true;
              }
            });
    hits.forEach((who, ranks) -> count(ranks, held.get(who).size(), first, gains));
    List<Quality> places = new ArrayList<>();
    for (int n = 1; n <= k; n++) {
      places.add(new Quality(n, (double) first[n] / held.size(), gains[n] / held.size()));
    }
    return places;
  }

  private static String itemColumn(Dataset<Row> recommended) {
    return recommended.columns()[1];
  }

  /** Adds what one user found, in the first 1, 2, … places. */
  private static void count(boolean[] hits, int relevant, int[] first, double[] gains) {
    double gain = 0;
    double ideal = 0;
    boolean any = false;
    for (int rank = 1; rank < hits.length; rank++) {
      double discounted = Math.log(2) / Math.log(rank + 1);
      gain += hits[rank] ? discounted : 0;
      ideal += rank <= relevant ? discounted : 0;
      any |= hits[rank];
      first[rank] += any ? 1 : 0;
      gains[rank] += gain / ideal;
    }
  }
}
