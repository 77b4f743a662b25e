package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit compact}. */
@Command(
    name = "compact",
    description = "Merge small segments, groups of them at once, and drop deleted rows.",
    mixinStandardHelpOptions = true)
final class CompactCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Option(names = "--all", description = "Make one segment of all, worth it or not.")
  private boolean all;

  @Override
  public Integer call() {
    SparkSession spark = LocalSession.start();
    Progress.show(spark);
    KnitIndex opened = KnitIndex.open(spark, index);
    print(command.commandLine().getOut(), all ? opened.compactAll() : opened.compact());
    return 0;
  }

  static void print(PrintWriter out, KnitIndex.Compaction done) {
    if (done.compacted() == 0) {
      out.println("Nothing to compact.");
    } else {
      out.printf(
          "Compacted %d segment(s) into %d of %,d rows; %,d deleted row(s) are gone.%n",
          done.compacted(), done.segments(), done.rows(), done.dropped());
    }
    Changes.print(out, done.index().snapshot());
  }
}
