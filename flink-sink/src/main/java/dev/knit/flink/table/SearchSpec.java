package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import java.io.Serializable;
import java.time.Duration;

/**
 * What a VECTOR_SEARCH searches, and how.
 *
 * @param refresh how often a newer version is looked for, where the newest is searched
 */
record SearchSpec(
    TableAccess table, ReadVersion version, RowShape shape, Duration refresh, SearchConfig config)
    implements Serializable {

  /** What those must have in common that share an open table: all but how it is searched. */
  record Served(TableAccess table, ReadVersion version, RowShape shape, Duration refresh) {}

  Served served() {
    return new Served(table, version, shape, refresh);
  }
}
