package dev.knit.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** NEAREST BY on an index against Spark's own, in one session. */
@Command(
    name = "spark",
    description = "NEAREST BY on an index, APPROX and EXACT, against Spark's own cross product.")
final class SparkBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--ef", defaultValue = "64")
  int ef;

  @Option(
      names = "--copies",
      defaultValue = "1",
      description = "Each query so often, moved a little; recall is that of the given ones.")
  int copies;

  @Option(names = "--index", description = "Where to build the index, or where it is.")
  Path index;

  @Option(names = "--own-rows", defaultValue = "100000", description = "For Spark's own, at most.")
  int ownRows;

  @Option(names = "--own-queries", defaultValue = "100", description = "For Spark's own, at most.")
  int ownQueries;

  @Option(names = "--modes", split = ",", defaultValue = "approx,exact")
  List<String> modes;

  @Option(names = "--rounds", defaultValue = "5")
  int rounds;

  @Option(names = "--threads", defaultValue = "2")
  int threads;

  @Override
  public Integer call() throws Exception {
    DataSet data = options.load();
    System.out.printf(
        "%s, %d copies, ef %d, %d threads%n", options.describe(data), copies, ef, threads);
    SparkRun.Sizes sizes =
        new SparkRun.Sizes(
            Math.min(ownRows, data.base().length), Math.min(ownQueries, data.queries().length));
    try (SparkRun run = new SparkRun(data, copies, options.params(threads), index)) {
      double own = run.own(sizes);
      System.out.printf("%-12s %9.3f s%n", "Spark's own", own);
      double scaled =
          own
              * data.base().length
              / sizes.rows()
              * data.queries().length
              / sizes.queries()
              * copies;
      for (String mode : modes) {
        report(mode, run.seconds(mode, ef, rounds), scaled, run.share(), run.recall(mode, ef));
      }
    }
    return 0;
  }

  private static void report(String name, double seconds, double own, double share, double recall) {
    System.out.printf(
        "%-12s %9.3f s   x %8.1f   in searches %.0f %%   recall@10 %.4f%n",
        name, seconds, own / seconds, 100 * share, recall);
  }
}
