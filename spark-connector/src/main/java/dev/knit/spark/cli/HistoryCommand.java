package dev.knit.spark.cli;

import dev.knit.table.TableVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code knit history}. */
@Command(
    name = "history",
    description = "Show the versions of an index, the newest first.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    for (TableVersion version : index.table().history()) {
      out.printf(
          "%6d  %s  %-9s %,12d rows  %3d segment(s)  %s%s%n",
          version.version(),
          Instant.ofEpochMilli(version.timestamp()),
          version.operation().kind(),
          version.rows(),
          version.segments(),
          version.operation().details().isEmpty() ? "" : version.operation().details(),
          version.tags().isEmpty() ? "" : "  " + String.join(", ", version.tags()));
    }
    out.flush();
    return 0;
  }
}
