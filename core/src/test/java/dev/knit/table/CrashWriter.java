package dev.knit.table;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that appends one row after another until it is killed: the first is the one behind the
 * last that it is known to have told, so that after a crash between a commit and telling of it the
 * same commit is offered again. Compacts the table now and then.
 */
final class CrashWriter {
  private static final int COMPACT_EVERY = 8;

  private CrashWriter() {}

  /** Arguments: the table, the writer's number, and the last row that it told of. */
  public static void main(String[] arguments) throws Exception {
    FileIO io = new HadoopFileIO(new Configuration(false));
    TokenTable table = new TokenTable(io, arguments[0]);
    int writer = Integer.parseInt(arguments[1]);
    for (long id = Long.parseLong(arguments[2]) + 1; ; id++) {
      Snapshot base = Snapshot.load(io, table.path());
      Change append =
          RowsChange.append(io, table.path(), List.of(table.write(List.of(row(writer, id)))));
      CommitKey key = new CommitKey("writer " + writer, id, "row " + id);
      new TableCommit(io, table.path()).run(base, append, key);
      System.out.println(id);
      if (id % COMPACT_EVERY == 0) {
        base = Snapshot.load(io, table.path());
        Change compaction = table.compaction(base.segments());
        new TableCommit(io, table.path()).run(base, compaction, null);
      }
    }
  }

  static long row(int writer, long id) {
    return writer * 1_000_000L + id;
  }
}
