package dev.knit.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    subcommands = {FilterBenchmark.class, MergeBenchmark.class, SideBySide.class},
    description = "Side-by-side runs; see CONTRIBUTING.md.")
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs a benchmark. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmarks()).execute(args));
  }
}
