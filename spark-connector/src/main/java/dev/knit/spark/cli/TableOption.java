package dev.knit.spark.cli;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** The table of a command that needs no Spark. */
final class TableOption {
  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String path;

  private final FileIO io = new HadoopFileIO(new Configuration());

  FileIO io() {
    return io;
  }

  String path() {
    return path;
  }

  IndexTable table() {
    return new IndexTable(io, path);
  }

  TableWriter writer() {
    return new TableWriter(io, path);
  }

  /** A version as it is written on a command line: a number or a tag. */
  Snapshot version(String name) throws IOException {
    return name.matches("[0-9]{1,18}")
        ? table().snapshot(Long.parseLong(name))
        : table().snapshot(name);
  }
}
