package dev.knit.spark.cli;

import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit expire}. */
@Command(
    name = "expire",
    description = "Give up old versions but those with a tag; vacuum then removes their files.",
    mixinStandardHelpOptions = true)
final class ExpireCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Option(names = "--keep", required = true, description = "How many of the newest to keep.")
  private long keep;

  @Override
  public Integer call() throws IOException {
    if (keep < 1) {
      throw new ParameterException(
          command.commandLine(), "--keep (%d) must be at least 1.".formatted(keep));
    }
    long newest = index.table().snapshot().version();
    Snapshot made = index.writer().expire(Math.max(1, newest - keep + 1));
    Changes.print(command.commandLine().getOut(), made);
    return 0;
  }
}
