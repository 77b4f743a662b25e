package dev.knit.spark.cli;

import dev.knit.spark.KnnOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How searches are answered, the same for all commands that search. */
final class SearchOptions {
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

  /** The options; wrong ones are a wrong call. */
  KnnOptions options(CommandSpec command) {
    try {
      KnnOptions options = KnnOptions.of(k);
      options = ef == null ? options : options.ef(ef);
      options = exact ? options.exactly() : options;
      return filter == null ? options : options.filter(filter);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
