package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.Compactor;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.table.procedures.Procedure;
import org.apache.flink.types.Row;

/** {@code CALL sys.compact}: makes one segment each of groups of small ones, or of all. */
public final class CompactProcedure implements Procedure {
  private final Procedures.Tables tables;

  CompactProcedure(Procedures.Tables tables) {
    this.tables = tables;
  }

  /** Runs in the client, by one thread. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "all", type = @DataTypeHint("BOOLEAN"), isOptional = true)
      },
      output =
          @DataTypeHint(
              "ROW<version BIGINT, compacted INT, segments INT, `rows` BIGINT, dropped BIGINT>"))
  public Row[] call(ProcedureContext context, String table, Boolean all) throws IOException {
    TableAccess at = tables.of(Procedures.required("table", table));
    Compactor.Report done =
        Boolean.TRUE.equals(all)
            ? Compactor.compactAll(at.io(), at.path(), 1)
            : Compactor.compact(at.io(), at.path(), 1);
    return new Row[] {
      Row.of(
          done.snapshot().version(), done.compacted(), done.segments(), done.rows(), done.dropped())
    };
  }
}
