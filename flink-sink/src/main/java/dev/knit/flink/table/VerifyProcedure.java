package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.TableVerifier;
import java.io.IOException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.table.procedures.Procedure;
import org.apache.flink.types.Row;

/** {@code CALL sys.verify}: reads all files of a version and checks them. */
public final class VerifyProcedure implements Procedure {
  private final Procedures.Tables tables;

  VerifyProcedure(Procedures.Tables tables) {
    this.tables = tables;
  }

  /** Runs in the client. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "version", type = @DataTypeHint("BIGINT"), isOptional = true)
      },
      output =
          @DataTypeHint(
              "ROW<version BIGINT, `whole` BOOLEAN, files INT, `bytes` BIGINT, problems ARRAY<STRING>>"))
  public Row[] call(ProcedureContext context, String table, Long version) throws IOException {
    TableAccess at = tables.of(Procedures.required("table", table));
    TableVerifier.Report report =
        TableVerifier.verify(at.io(), at.path(), Procedures.snapshot(at, version));
    return new Row[] {
      Row.of(
          report.version(),
          report.isWhole(),
          report.files(),
          report.bytes(),
          report.problems().toArray(String[]::new))
    };
  }
}
