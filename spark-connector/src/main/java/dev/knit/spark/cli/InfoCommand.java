package dev.knit.spark.cli;

import dev.knit.io.HadoopFileIO;
import dev.knit.table.Column;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit info}: reads the manifest only. */
@Command(name = "info", description = "Show what an index holds.", mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @Override
  public Integer call() throws IOException {
    Snapshot snapshot = Snapshot.load(new HadoopFileIO(new Configuration()), index);
    PrintWriter out = command.commandLine().getOut();
    out.printf("Index          %s%n", index);
    out.printf(
        "Version        %d of %s (%s)%n",
        snapshot.version(),
        Instant.ofEpochMilli(snapshot.timestamp()),
        snapshot.operation().kind());
    out.printf(
        "Vectors        %s: %,d rows of dimension %d, %s%n",
        snapshot.schema().vector(),
        snapshot.rows(),
        snapshot.schema().dimension(),
        snapshot.params().metric().id());
    out.printf(
        "Graph          m %d, ef_construction %d, seed %d, quantization %s%n",
        snapshot.params().m(),
        snapshot.params().efConstruction(),
        snapshot.params().seed(),
        snapshot.params().quantization().id());
    out.printf("Id             %s%n", describe(snapshot.schema().id()));
    for (Column column : snapshot.schema().metadata()) {
      out.printf("Column         %s%n", describe(column));
    }
    for (SegmentInfo segment : snapshot.segments()) {
      out.printf(
          "Segment        %s: %,d rows (%,d deleted), %,d nodes, %d rows file(s), %d graph file(s), %.1f MB%n",
          segment.uuid(),
          segment.rows(),
          segment.rows() - segment.liveRows(),
          segment.nodes(),
          segment.rowsFiles().size(),
          segment.graphFiles().size(),
          segment.bytes() / 1e6);
    }
    out.flush();
    return 0;
  }

  private static String describe(Column column) {
    return "%s (%s)".formatted(column.name(), column.type());
  }
}
