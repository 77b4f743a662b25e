package dev.knit.spark.cli;

import dev.knit.table.Vacuum;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit vacuum}. */
@Command(
    name = "vacuum",
    description = "Show the files that no version of an index needs, or remove them.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class VacuumCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Option(names = "--remove", description = "Remove them, not only show them.")
  private boolean remove;

  @Option(
      names = "--grace-hours",
      defaultValue = "72",
      description = "Younger files stay: they may be of a commit to come.")
  private long hours;

  @Override
  public Integer call() throws IOException {
    if (hours < 0) {
      throw new ParameterException(
          command.commandLine(), "--grace-hours (%d) must not be negative.".formatted(hours));
    }
    Duration grace = Duration.ofHours(hours);
    Vacuum.Report report =
        remove
            ? Vacuum.run(index.io(), index.path(), grace)
            : Vacuum.plan(index.io(), index.path(), grace);
    PrintWriter out = command.commandLine().getOut();
    report.files().forEach(out::println);
    out.printf(
        "%s %d file(s) of %.1f MB, and the manifests of %d expired version(s).%n",
        remove ? "Removed" : "Would remove",
        report.files().size(),
        report.bytes() / 1e6,
        report.versions().size());
    out.flush();
    return 0;
  }
}
