package dev.knit.spark.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit tag}. */
@Command(
    name = "tag",
    description = "Give a version of an index a name; it does not expire then.",
    mixinStandardHelpOptions = true)
final class TagCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Option(names = "--name", required = true, description = "The name.")
  private String name;

  @Option(names = "--at", description = "The version; the newest if not given.")
  private Long version;

  @Option(names = "--remove", description = "Take the name away.")
  private boolean remove;

  @Override
  public Integer call() throws IOException {
    long tagged = version == null ? index.table().snapshot().version() : version;
    Changes.print(
        command.commandLine().getOut(),
        remove ? index.writer().untag(name) : index.writer().tag(name, tagged));
    return 0;
  }
}
