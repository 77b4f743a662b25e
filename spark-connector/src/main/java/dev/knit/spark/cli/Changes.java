package dev.knit.spark.cli;

import dev.knit.table.Snapshot;
import java.io.PrintWriter;

/** What a change to a table came to. */
final class Changes {
  private Changes() {}

  /** Prints the version that was made. */
  static void print(PrintWriter out, Snapshot snapshot) {
    out.printf(
        "Version %d (%s): %,d rows in %d segment(s).%n",
        snapshot.version(),
        snapshot.operation().kind(),
        snapshot.rows(),
        snapshot.segments().size());
    out.flush();
  }
}
