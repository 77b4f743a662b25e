package dev.knit.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line of the benchmarks. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    subcommands = {
      CellBenchmark.class,
      CompareBenchmark.class,
      FilterBenchmark.class,
      GraphBenchmark.class,
      MergeBenchmark.class,
      OpenBenchmark.class,
      ScaleBenchmark.class,
      SparkBenchmark.class,
      RouteBenchmark.class,
      UpkeepBenchmark.class,
      JmhCommand.class
    },
    description = "Side-by-side runs; see CONTRIBUTING.md.")
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs a benchmark. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Benchmarks());
    System.exit(line.setExecutionExceptionHandler(Benchmarks::failed).execute(args));
  }

  /** What the caller can put right is told by its message alone. */
  private static int failed(Exception e, CommandLine line, ParseResult arguments) throws Exception {
    if (e instanceof IllegalArgumentException || e instanceof IllegalStateException) {
      line.getErr().println(e.getMessage());
      return line.getCommandSpec().exitCodeOnExecutionException();
    }
    throw e;
  }
}
