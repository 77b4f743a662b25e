package dev.knit.spark.cli;

import dev.knit.hnsw.QualityOptions;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexStats;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit stats}. */
@Command(
    name = "stats",
    description =
        "Tell how good the graph of an index is: levels, degrees, hubs, reachability, and by"
            + " sampling distortion and recall.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(
      names = "--sample",
      defaultValue = "200",
      description = "Rows to search for; each costs a scan of all rows.")
  private int sample;

  @Option(names = "--pairs", defaultValue = "1000", description = "Greedy routes to walk.")
  private int pairs;

  @Option(names = "--k", defaultValue = "10", description = "Neighbors per query.")
  private int k;

  @Option(names = "--ef", defaultValue = "64", description = "Width of the beam.")
  private int ef;

  @Option(names = "--seed", defaultValue = "0", description = "Of the samples.")
  private long seed;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    QualityOptions options = options();
    HadoopFileIO io = new HadoopFileIO(new Configuration());
    IndexStats stats = IndexStats.of(io, index, Snapshot.load(io, index), options);
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      Reports.json(stats, out);
    } else {
      StatsText.print(out, stats);
    }
    return 0;
  }

  private QualityOptions options() {
    try {
      return new QualityOptions(sample, pairs, k, ef, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
