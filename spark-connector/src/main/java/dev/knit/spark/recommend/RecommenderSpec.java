package dev.knit.spark.recommend;

/**
 * Which columns ratings have, and how factors are learned from them. Start from {@link #movieLens}
 * and change what should differ.
 *
 * @param user name of the user column: int, long or string
 * @param item name of the item column, which is also that of the items' ids
 * @param rating name of the rating column: any number
 * @param timestamp name of the column by which the newest rating counts where a user has several of
 *     one item; where there is no such column their mean does
 * @param rank how many factors users and items have
 * @param iterations of alternating least squares
 * @param regularization λ, scaled by the number of ratings of a user or an item, as Spark's ALS
 *     does
 * @param implicit whether ratings are what a user's preference for an item is certain by (Hu, Koren
 *     and Volinsky, ICDM 2008), which ranks better; or else are themselves predicted
 * @param alpha how much certainty a rating of 1 adds, when implicit
 * @param seed for the factors that the first iteration starts from
 */
public record RecommenderSpec(
    String user,
    String item,
    String rating,
    String timestamp,
    int rank,
    int iterations,
    double regularization,
    boolean implicit,
    double alpha,
    long seed) {

  /** Checks the ranges. */
  public RecommenderSpec {
    atLeastOne("rank", rank);
    atLeastOne("iterations", iterations);
    positive("regularization", regularization);
    positive("alpha", alpha);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s (%d) must be at least 1.".formatted(name, value));
    }
  }

  private static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s (%s) must be positive and finite.".formatted(name, value));
    }
  }

  /**
   * The layout of MovieLens (userId, movieId, rating, timestamp); implicit, 32 factors, 10
   * iterations, regularization 0.1, alpha 1, seed 0.
   */
  public static RecommenderSpec movieLens() {
    return columns("userId", "movieId", "rating", "timestamp");
  }

  /** The same with columns of other names. */
  public static RecommenderSpec columns(String user, String item, String rating, String timestamp) {
    return new RecommenderSpec(user, item, rating, timestamp, 32, 10, 0.1, true, 1, 0);
  }

  /** The same with another number of factors. */
  public RecommenderSpec rank(int other) {
    return new RecommenderSpec(
        user, item, rating, timestamp, other, iterations, regularization, implicit, alpha, seed);
  }

  /** The same predicting the ratings themselves. */
  public RecommenderSpec explicit() {
    return new RecommenderSpec(
        user, item, rating, timestamp, rank, iterations, regularization, false, alpha, seed);
  }

  /** The same with another number of iterations. */
  public RecommenderSpec iterations(int other) {
    return new RecommenderSpec(
        user, item, rating, timestamp, rank, other, regularization, implicit, alpha, seed);
  }

  /** The same with another λ. */
  public RecommenderSpec regularization(double other) {
    return new RecommenderSpec(
        user, item, rating, timestamp, rank, iterations, other, implicit, alpha, seed);
  }

  /** The same with another certainty. */
  public RecommenderSpec alpha(double other) {
    return new RecommenderSpec(
        user, item, rating, timestamp, rank, iterations, regularization, implicit, other, seed);
  }

  /** The same with another seed. */
  public RecommenderSpec seed(long other) {
    return new RecommenderSpec(
        user, item, rating, timestamp, rank, iterations, regularization, implicit, alpha, other);
  }
}
