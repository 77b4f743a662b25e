package dev.knit.spark.write;

import dev.knit.spark.KnitException;
import dev.knit.spark.StagedRows;
import dev.knit.spark.TableAccess;
import dev.knit.table.CommitKey;
import dev.knit.table.Snapshot;
import java.util.Map;
import org.apache.spark.sql.Column;

/** What becomes of the rows that are there. */
sealed interface WriteMode {
  /** A name for descriptions. */
  String name();

  /** Commits rows of a batch. */
  default Snapshot commit(StagedRows rows) {
    return commit(rows, null);
  }

  /** Commits rows once per key. */
  Snapshot commit(StagedRows rows, CommitKey key);

  /** Refuses a stream whose table has become another. */
  default void requireStream(TableAccess table, Snapshot begun, Snapshot newest) {
    boolean same =
        begun.tableUuid().equals(newest.tableUuid()) && begun.schema().equals(newest.schema());
    if (!same) {
      throw new KnitException("KNIT_STREAM_TABLE_CHANGED", Map.of("table", table.path()), null);
    }
  }

  /** They stay; ids must be new. */
  record Append() implements WriteMode {
    @Override
    public String name() {
      return "append";
    }

    @Override
    public Snapshot commit(StagedRows rows, CommitKey key) {
      return rows.append(key);
    }
  }

  /** Those with the same ids go. */
  record Upsert() implements WriteMode {
    @Override
    public String name() {
      return "upsert";
    }

    @Override
    public Snapshot commit(StagedRows rows, CommitKey key) {
      return rows.upsert(key);
    }
  }

  /** All go. */
  record Truncate() implements WriteMode {
    @Override
    public String name() {
      return "overwrite";
    }

    @Override
    public Snapshot commit(StagedRows rows, CommitKey key) {
      return rows.overwrite(key);
    }
  }

  /** Those go that meet a condition; of batches only. */
  record Replace(Column condition) implements WriteMode {
    @Override
    public String name() {
      return "overwrite where " + condition;
    }

    @Override
    public Snapshot commit(StagedRows rows, CommitKey key) {
      return rows.overwrite(condition);
    }
  }
}
