package dev.knit.spark.cli;

import dev.knit.spark.cli.view.IndexView;
import dev.knit.spark.cli.view.ViewOptions;
import dev.knit.spark.cli.view.ViewPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code knit view}. */
@Command(
    name = "view",
    description =
        "Write a page of HTML that shows an index from the inside: recall against cost, levels,"
            + " degrees, cells, versions, a map of a sample, and how searches walk.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class ViewCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private TableOption index;

  @Option(names = "--output", defaultValue = "knit-view.html", description = "The page.")
  private Path output;

  @Option(names = "--label", description = "A metadata column by which to name rows.")
  private String label;

  @Option(names = "--queries", defaultValue = "200", description = "Rows to search for.")
  private int queries;

  @Option(names = "--k", defaultValue = "10", description = "Neighbors per query.")
  private int k;

  @Option(
      names = "--ef",
      split = ",",
      defaultValue = "10,16,32,64,128,256",
      description = "Beam widths.")
  private List<Integer> efs;

  @Option(names = "--walks", defaultValue = "200", description = "Searches to be shown by steps.")
  private int walks;

  @Option(names = "--walk-ef", defaultValue = "16", description = "Beam width of these.")
  private int walkEf;

  @Option(names = "--seed", defaultValue = "0", description = "Of the samples.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    ViewOptions options = options();
    String page = ViewPage.html(IndexView.of(index.io(), index.path(), options));
    Files.createDirectories(output.toAbsolutePath().getParent());
    Files.writeString(output, page);
    PrintWriter out = command.commandLine().getOut();
    out.printf("Wrote %s (%.1f MB); open it in a browser.%n", output, Files.size(output) / 1e6);
    out.flush();
    return 0;
  }

  private ViewOptions options() {
    try {
      return new ViewOptions(queries, k, efs, walks, walkEf, label, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
