package dev.knit.spark.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit rollback}. */
@Command(
    name = "rollback",
    description = "Bring an earlier version of an index back, as a new one.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Option(names = "--to", required = true, description = "The version, or its tag.")
  private String to;

  @Override
  public Integer call() throws IOException {
    Changes.print(command.commandLine().getOut(), index.writer().rollback(index.version(to)));
    return 0;
  }
}
