package dev.knit.spark.recommend;

import static dev.knit.spark.recommend.RatingsOfGroups.GROUPS;
import static dev.knit.spark.recommend.RatingsOfGroups.ITEMS;
import static dev.knit.spark.recommend.RatingsOfGroups.USERS;
import static dev.knit.spark.recommend.RatingsOfGroups.items;
import static dev.knit.spark.recommend.RatingsOfGroups.rating;
import static dev.knit.spark.recommend.RatingsOfGroups.ratings;
import static dev.knit.spark.recommend.RatingsOfGroups.table;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecommenderTest {
  private static final RecommenderSpec SPEC = RecommenderSpec.movieLens().rank(8).iterations(5);
  private static final int K = 5;

  @TempDir static Path directory;
  private static Dataset<Row> ratings;
  private static Recommender recommender;

  @BeforeAll
  static void train() {
    ratings = ratings().persist();
    recommender = Recommender.train(ratings, items(), SPEC, directory + "/films");
  }

  @Test
  void usersGetTheHighestScoresAmongWhatTheyHaveNotSeen() {
    Map<Integer, float[]> films = new HashMap<>();
    recommender
        .index()
        .rows()
        .collectAsList()
        .forEach(row -> films.put(row.getAs("movieId"), floats(row.getAs("factors"))));
    Map<Long, Set<Integer>> seen = seen(ratings);
    Map<Long, List<Float>> expected = new HashMap<>();
    for (Row user : recommender.tastes(recommender.checked(ratings)).collectAsList()) {
      float[] taste = floats(user.getAs("_taste"));
      expected.put(
          user.getLong(0),
          films.keySet().stream()
              .filter(film -> !seen.get(user.getLong(0)).contains(film))
              .map(film -> dot(taste, films.get(film)))
              .sorted((a, b) -> Float.compare(b, a))
              .limit(K)
              .toList());
    }

    List<Row> found = recommender.recommend(ratings, KnnOptions.of(K)).collectAsList();

    assertThat(found).hasSize(USERS * K);
    for (Row row : found) {
      long user = row.getAs("userId");
      assertThat(seen.get(user)).doesNotContain((Integer) row.getAs("movieId"));
      float score = expected.get(user).get((int) row.getAs("_rank") - 1);
      assertThat((float) row.getAs("_score")).isCloseTo(score, within(1e-4f));
    }
    long own =
        found.stream()
            .filter(row -> (long) row.getAs("userId") % GROUPS == (int) row.getAs("part"))
            .count();
    assertThat(own).as("of the user's own group").isGreaterThan(USERS * K * 9 / 10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void factorsOfUsersAreThoseOfSparksAls(boolean implicit) {
    RecommenderSpec spec = implicit ? SPEC.alpha(2) : SPEC.explicit();
    ALSModel model =
        new ALS()
            .setRank(spec.rank())
            .setMaxIter(3)
            .setRegParam(spec.regularization())
            .setImplicitPrefs(implicit)
            .setAlpha(spec.alpha())
            .setUserCol("userId")
            .setItemCol("movieId")
            .setNumBlocks(2)
            .fit(ratings);
    Dataset<Row> films = model.itemFactors().toDF("movieId", "factors");
    Map<Long, float[]> ours = new HashMap<>();
    ratings
        .join(films, "movieId")
        .groupBy("userId")
        .agg(HalfStep.from(films, spec).solution(col("factors"), col("rating")))
        .collectAsList()
        .forEach(row -> ours.put(row.getLong(0), floats(row.getList(1))));

    for (Row user : model.userFactors().collectAsList()) {
      float[] theirs = floats(user.getList(1));
      assertThat(ours.get((long) user.getInt(0))).containsExactly(theirs, within(1e-3f));
    }
  }

  @Test
  void aFilterHoldsBesideWhatIsSeen() {
    List<Row> found =
        recommender
            .recommend(ratings, KnnOptions.of(K).filter("year >= 1990").on("part = userId % 4"))
            .collectAsList();

    assertThat(found).isNotEmpty().allMatch(row -> (int) row.getAs("year") >= 1990);
    assertThat(found).allMatch(row -> (int) row.getAs("part") == (long) row.getAs("userId") % 4);
  }

  @Test
  void whoHasSeenAlmostAllGetsTheRestAndWhoHasSeenAllGetsNothing() {
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      rows.add(rating(500, item, 4));
      if (item >= 3) {
        rows.add(rating(501, item, 4));
      }
    }
    List<Row> found = recommender.recommend(table(rows), KnnOptions.of(K)).collectAsList();

    assertThat(found).extracting(row -> row.getAs("userId")).containsOnly(501L);
    assertThat(found).extracting(row -> row.getAs("movieId")).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void usersOfWhomNothingIsKnownGetWhatIsPopularAndItSaysSo() {
    Dataset<Row> users = LocalSpark.session().sql("SELECT explode(array(3L, 9000L)) userId");

    List<Row> found =
        recommender.recommend(ratings, users, KnnOptions.of(K)).orderBy("_rank").collectAsList();

    List<Row> known = found.stream().filter(row -> row.getAs("_by").equals("factors")).toList();
    List<Row> cold = found.stream().filter(row -> row.getAs("_by").equals("popularity")).toList();
    assertThat(known).hasSize(K).allMatch(row -> (long) row.getAs("userId") == 3);
    assertThat(cold).hasSize(K).allMatch(row -> (long) row.getAs("userId") == 9000);
    List<Float> counts =
        ratings
            .groupBy("movieId")
            .count()
            .orderBy(col("count").desc())
            .limit(K)
            .collectAsList()
            .stream()
            .map(row -> (float) row.getLong(1))
            .toList();
    assertThat(cold).extracting(row -> (Float) row.getAs("_score")).isEqualTo(counts);
  }

  @Test
  void similarItemsAreOthers() {
    List<Row> found = recommender.similar(KnnOptions.of(3)).collectAsList();

    assertThat(found).hasSize(3 * ITEMS);
    assertThat(found).allMatch(row -> !row.getAs("movieId").equals(row.getAs("similar_movieId")));
    long own =
        found.stream().filter(row -> row.getAs("part").equals(row.getAs("similar_part"))).count();
    assertThat(own).isGreaterThan(found.size() * 9L / 10);
  }

  @Test
  void newRatingsGiveNewFactorsToTheItemsThatTheyAreOf() {
    Dataset<Row> before = ratings.filter("movieId != 8");
    Recommender old = Recommender.train(before, items(), SPEC, directory + "/refreshed");
    assertThat(old.index().rows().filter("movieId = 8").count()).isZero();
    Map<Integer, Object> kept = factors(old);

    Dataset<Row> arrived = ratings.filter("movieId = 8");
    Recommender refreshed = old.refresh(ratings, items(), arrived);

    Map<Integer, Object> now = factors(refreshed);
    assertThat(now).hasSize(ITEMS);
    now.remove(8);
    assertThat(now).isEqualTo(kept);
    Dataset<Row> owners = LocalSpark.session().sql("SELECT explode(sequence(1000L, 1003L)) userId");
    List<Row> fans = new ArrayList<>();
    owners.collectAsList().forEach(row -> fans.addAll(fan((int) row.getLong(0))));
    List<Row> found = refreshed.recommend(table(fans), KnnOptions.of(ITEMS)).collectAsList();
    assertThat(rank(found, 1000)).as("of item 8, for who likes its group").isLessThan(60);
    assertThat(rank(found, 1001)).as("of item 8, for who likes another").isGreaterThan(60);
  }

  /** Likes the first items of a group. */
  private static List<Row> fan(int user) {
    List<Row> rows = new ArrayList<>();
    for (int i = 4; i < 12; i++) {
      rows.add(rating(user, i * GROUPS + user % GROUPS, 5));
    }
    return rows;
  }

  private static int rank(List<Row> found, long user) {
    return found.stream()
        .filter(row -> row.getAs("movieId").equals(8) && row.getAs("userId").equals(user))
        .findFirst()
        .orElseThrow()
        .getAs("_rank");
  }

  @Test
  void theNewestOfSeveralRatingsCountsOrElseTheirMean() {
    Dataset<Row> twice =
        LocalSpark.session()
            .sql(
                "SELECT * FROM VALUES (1, 2, 5.0, 10), (1, 2, 1.0, 20), (1, 3, 4.0, 5) t(userId, movieId, rating, timestamp)");

    assertThat(Ratings.of(twice, SPEC).orderBy("_item").select("_rating").collectAsList())
        .extracting(row -> row.getDouble(0))
        .containsExactly(1d, 4d);
    assertThat(Ratings.of(twice.drop("timestamp"), SPEC).orderBy("_item").collectAsList())
        .extracting(row -> row.getDouble(2))
        .containsExactly(3d, 4d);
  }

  @Test
  void idsMayBeStrings() {
    Dataset<Row> named =
        ratings
            .withColumn("userId", col("userId").cast("string"))
            .withColumn("movieId", col("movieId").cast("string"));
    Dataset<Row> films = items().withColumn("movieId", col("movieId").cast("string"));

    Recommender trained = Recommender.train(named, films, SPEC, directory + "/named");

    assertThat(trained.recommend(named, KnnOptions.of(K)).count()).isEqualTo((long) USERS * K);
  }

  @Test
  void ratingsOfUnknownItemsAreLeftOut() {
    Dataset<Row> few = items().filter("movieId < 100");

    Recommender trained = Recommender.train(ratings, few, SPEC, directory + "/few");

    assertThat(trained.index().snapshot().rows()).isEqualTo(100);
    assertThat(trained.recommend(ratings, KnnOptions.of(K)).count()).isEqualTo((long) USERS * K);
  }

  @Test
  void heldOutRatingsAreFoundMoreOftenThanByPopularity() {
    Evaluation.HeldOut found =
        Evaluation.heldOut(ratings, items(), SPEC, KnnOptions.of(10), directory + "/held-out");
    List<Evaluation.Beam> recall =
        Evaluation.recall(recommender, ratings, KnnOptions.of(10), 10, 64);

    assertThat(found.users()).isBetween(USERS / 2, USERS);
    assertThat(found.factors()).hasSize(10);
    Evaluation.Quality ours = found.factors().get(9);
    assertThat(ours.hitRate()).isGreaterThan(found.popularity().get(9).hitRate());
    assertThat(ours.ndcg()).isBetween(found.popularity().get(9).ndcg(), 1d);
    assertThat(recall.get(1).recall()).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void badInputIsRefused() {
    String path = directory + "/bad";
    Dataset<Row> films = items();
    assertThatThrownBy(() -> Recommender.train(ratings.drop("rating"), films, SPEC, path))
        .hasMessage(
            "Ratings have no column 'rating', but userId, movieId, timestamp; name it in the RecommenderSpec, or rename it.");
    assertThatThrownBy(() -> Recommender.train(ratings.limit(0), films, SPEC, path))
        .hasMessage("There are no ratings.");
    Dataset<Row> notANumber = table(List.of(rating(1, 2, 3), rating(1, 3, Double.NaN)));
    assertThatThrownBy(() -> Recommender.train(notANumber, films, SPEC, path))
        .hasMessage(
            "1 of 2 ratings have no user, no item or no finite rating, such as {\"_user\":1,\"_item\":3,\"_rating\":\"NaN\"}; remove them.");
    assertThatThrownBy(
            () -> Recommender.train(ratings, films.withColumn("factors", lit(1)), SPEC, path))
        .hasMessage("Items have a column 'factors', which the index needs for itself; rename it.");
    assertThatThrownBy(() -> Recommender.train(ratings, films.filter("movieId > 999"), SPEC, path))
        .hasMessage("None of the ratings is of an item that is among the items.");
    assertThatThrownBy(() -> Recommender.train(ratings, films.union(films), SPEC, path))
        .hasMessageContaining("movieId");
    KnitIndex other =
        KnitIndex.build(
            films.selectExpr("movieId", "array(float(movieId), 1f) as v"),
            IndexSpec.of("movieId", "v"),
            path);
    assertThatThrownBy(() -> Recommender.open(LocalSpark.session(), path, SPEC))
        .hasMessage(
            "Index '%s' is none of factors of 'movieId' by inner_product; train one."
                .formatted(other.path()));
    assertThatThrownBy(() -> SPEC.rank(0)).hasMessage("rank (0) must be at least 1.");
  }

  private static Map<Integer, Object> factors(Recommender of) {
    Map<Integer, Object> factors = new HashMap<>();
    of.index()
        .rows()
        .collectAsList()
        .forEach(row -> factors.put(row.getAs("movieId"), row.getAs("factors")));
    return factors;
  }

  private static Map<Long, Set<Integer>> seen(Dataset<Row> ratings) {
    Map<Long, Set<Integer>> seen = new HashMap<>();
    ratings
        .collectAsList()
        .forEach(
            row ->
                seen.computeIfAbsent(row.getLong(0), user -> new HashSet<>()).add(row.getInt(1)));
    return seen;
  }

  private static float[] floats(Object values) {
    List<Float> list =
        values instanceof scala.collection.Seq<?> seq
            ? scala.jdk.javaapi.CollectionConverters.asJava(seq).stream()
                .map(value -> (Float) value)
                .toList()
            : ((List<?>) values).stream().map(value -> (Float) value).toList();
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
