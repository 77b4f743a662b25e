package dev.knit.spark.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The {@code knit} command. Exit codes: 0 done, 1 failed, 2 called wrongly. */
@Command(
    name = "knit",
    description =
        "One HNSW graph out of a table of embeddings, and nearest-neighbour joins over it.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      QuickstartCommand.class,
      StreamCommand.class,
      BuildCommand.class,
      JoinCommand.class,
      SearchCommand.class,
      EvalCommand.class,
      InfoCommand.class,
      StatsCommand.class,
      ViewCommand.class,
      RecommendCommand.class,
      VerifyCommand.class,
      AppendCommand.class,
      DeleteCommand.class,
      CompactCommand.class,
      HistoryCommand.class,
      TagCommand.class,
      RollbackCommand.class,
      ExpireCommand.class,
      VacuumCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  @Option(
      names = "--debug",
      description = "Show where an error came from.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  private Main() {}

  /** Runs a command and ends the JVM. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String... args) {
    CommandLine standard = new CommandLine(new Main());
    return run(standard.getOut(), standard.getErr(), args);
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main).setOut(out).setErr(err);
    line.setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command));
    line.setParameterExceptionHandler((e, given) -> calledWrongly(e));
    if (args.length == 0) {
      line.usage(err);
      return CommandLine.ExitCode.USAGE;
    }
    return line.execute(args);
  }

  private static int calledWrongly(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().printf("knit: %s See '%s --help'.%n", sentence(e.getMessage()), name);
    return CommandLine.ExitCode.USAGE;
  }

  private static String sentence(String message) {
    String line = message.lines().findFirst().orElse("wrong options");
    return line.endsWith(".") ? line : line + ".";
  }

  private int failed(Exception e, CommandLine command) {
    if (debug) {
      e.printStackTrace(command.getErr());
    }
    command.getErr().println("knit: " + Messages.of(e));
    return CommandLine.ExitCode.SOFTWARE;
  }
}
