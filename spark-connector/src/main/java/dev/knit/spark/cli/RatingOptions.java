package dev.knit.spark.cli;

import dev.knit.spark.recommend.RecommenderSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What ratings look like, and how factors are learned from them. */
final class RatingOptions {
  @Option(names = "--user", defaultValue = "userId", description = "User column.")
  private String user;

  @Option(names = "--item", defaultValue = "movieId", description = "Item column, in both files.")
  private String item;

  @Option(names = "--rating", defaultValue = "rating", description = "Rating column.")
  private String rating;

  @Option(
      names = "--timestamp",
      defaultValue = "timestamp",
      description = "Column by which the newest of several ratings of an item counts.")
  private String timestamp;

  @Option(names = "--rank", defaultValue = "32", description = "Factors of a user or an item.")
  private int rank;

  @Option(names = "--iterations", defaultValue = "10", description = "Iterations of ALS.")
  private int iterations;

  @Option(names = "--regularization", defaultValue = "0.1", description = "Lambda of ALS.")
  private double regularization;

  @Option(
      names = "--alpha",
      defaultValue = "1",
      description = "How much certainty about a preference a rating of 1 adds.")
  private double alpha;

  @Option(
      names = "--explicit",
      description = "Predict the ratings themselves; by default they tell what is preferred.")
  private boolean explicit;

  @Option(names = "--seed", defaultValue = "0", description = "Seed of the first factors.")
  private long seed;

  /** The options as a specification; wrong ones are a wrong call. */
  RecommenderSpec spec(CommandSpec command) {
    try {
      RecommenderSpec spec =
          RecommenderSpec.columns(user, item, rating, timestamp)
              .rank(rank)
              .iterations(iterations)
              .regularization(regularization)
              .alpha(alpha)
              .seed(seed);
      return explicit ? spec.explicit() : spec;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
