package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVersion;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.table.procedures.Procedure;
import org.apache.flink.types.Row;

/** {@code CALL sys.expire}: gives up old versions but those with a tag. */
public final class ExpireProcedure implements Procedure {
  private final Procedures.Tables tables;

  ExpireProcedure(Procedures.Tables tables) {
    this.tables = tables;
  }

  /** Keeps the newest {@code keep} versions, or those of a time and after. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "keep", type = @DataTypeHint("BIGINT"), isOptional = true),
        @ArgumentHint(name = "older_than", type = @DataTypeHint("STRING"), isOptional = true)
      },
      output = @DataTypeHint("ROW<version BIGINT, earliest BIGINT>"))
  public Row[] call(ProcedureContext context, String table, Long keep, String olderThan)
      throws IOException {
    TableAccess at = tables.of(Procedures.required("table", table));
    if ((keep == null) == (olderThan == null)) {
      throw new ValidationException("Give one of 'keep' and 'older_than'.");
    }
    long earliest = keep != null ? newest(at, keep) : since(at, time(olderThan));
    Snapshot made = at.writer().expire(earliest);
    return new Row[] {Row.of(made.version(), earliest)};
  }

  private static long newest(TableAccess at, long keep) throws IOException {
    if (keep < 1) {
      throw new ValidationException("keep (%d) must be at least 1.".formatted(keep));
    }
    return Math.max(1, at.table().newestVersion() - keep + 1);
  }

  private static long since(TableAccess at, Instant time) throws IOException {
    return at.table().history().stream()
        .filter(version -> version.timestamp() >= time.toEpochMilli())
        .mapToLong(TableVersion::version)
        .min()
        .orElse(at.table().newestVersion());
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text.strip().replaceFirst(" ", "T")).toInstant();
    } catch (DateTimeParseException e) {
      throw new ValidationException(
          "older_than ('%s') must be a time such as 2026-11-21T12:30:00Z.".formatted(text), e);
    }
  }
}
