package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How searches are answered, the same for all commands that search. */
final class SearchOptions {
  private static final int MOST = Integer.MAX_VALUE;

  @Option(names = "--k", defaultValue = "10", description = "Neighbors per query.")
  private int k;

  @Option(names = "--ef", description = "Width of the beam; by default 64, or k if that is more.")
  private Integer ef;

  @Option(names = "--exact", description = "Measure all rows instead of walking the graph.")
  private boolean exact;

  @Option(
      names = "--filter",
      paramLabel = "SQL",
      description = "Only rows of the index that meet this condition.")
  private String filter;

  @Option(
      names = "--adaptive",
      description = "Let the beam grow, up to 8 × ef, until the neighbors do not change.")
  private boolean adaptive;

  @Option(
      names = "--gamma",
      description =
          "End where nodes get 1 + gamma times as far as the k-th found, for a wide beam: 0.05 and --ef 512.")
  private Double gamma;

  @Option(
      names = "--sketches",
      description =
          "Look at sketches of neighbors before measuring them: faster, once they are made, for many queries.")
  private boolean sketches;

  @Option(names = "--max-distance", description = "Leave out neighbors farther than this.")
  private Double maxDistance;

  @Option(
      names = "--negative",
      paramLabel = "ID|VECTOR",
      description = "What neighbors should be unlike: the id of a row, or a vector; repeatable.")
  private List<String> negatives = List.of();

  @Option(
      names = "--negative-weight",
      defaultValue = "0.5",
      description = "How much the negatives count beside the query.")
  private double negativeWeight;

  /** The options but for negatives; wrong ones are a wrong call. */
  KnnOptions options(CommandSpec command) {
    try {
      KnnOptions options = KnnOptions.of(k);
      options = ef == null ? options : options.ef(ef);
      options = exact ? options.exactly() : options;
      options = adaptive ? options.adaptiveEf((int) Math.min(8L * options.ef(), MOST)) : options;
      options = gamma == null ? options : options.gamma(gamma);
      options = sketches ? options.withSketches() : options;
      options = maxDistance == null ? options : options.maxDistance(maxDistance);
      return filter == null ? options : options.filter(filter);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /** The options with negatives, if there are any, which may be rows of the index. */
  KnnOptions negatives(KnitIndex knit, KnnOptions options) {
    if (negatives.isEmpty()) {
      return options;
    }
    float[][] vectors =
        negatives.stream().map(text -> QueryVectors.of(knit, text)).toArray(float[][]::new);
    return options.negatives(negativeWeight, vectors);
  }
}
