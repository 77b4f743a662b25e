package dev.knit.spark.cli;

import dev.knit.io.HadoopFileIO;
import dev.knit.table.Compactor;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit verify}. */
@Command(
    name = "verify",
    description = "Check that an index is what was written: checksums, counts, and the graph.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(names = "--repair", description = "First build damaged graphs anew from their rows.")
  private boolean repair;

  @Override
  public Integer call() throws IOException {
    HadoopFileIO io = new HadoopFileIO(new Configuration());
    if (repair) {
      int threads = Runtime.getRuntime().availableProcessors();
      int repaired = Compactor.repair(io, index, threads).size();
      command.commandLine().getOut().printf("Built %d graph(s) anew.%n", repaired);
    }
    TableVerifier.Report report = TableVerifier.verify(io, index, Snapshot.load(io, index));
    PrintWriter out = command.commandLine().getOut();
    report.problems().forEach(out::println);
    out.printf(
        "Version %d: %d files, %.1f MB, %s.%n",
        report.version(),
        report.files(),
        report.bytes() / 1e6,
        report.isWhole() ? "all as written" : report.problems().size() + " problem(s)");
    out.flush();
    return report.isWhole() ? 0 : 1;
  }
}
