package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Snapshot;
import java.io.Serializable;

/**
 * Searches of one version of an index, as they travel to tasks, which {@link #open} it. Immutable.
 */
public final class IndexSearch implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_TOGETHER = 64;
  private static final int HITS_TOGETHER = 1 << 16;

  private final TableAccess table;
  private final String snapshotJson;
  private final SearchOptions options;
  private final boolean exact;
  private final RowCondition condition;

  private IndexSearch(
      TableAccess table,
      String snapshotJson,
      SearchOptions options,
      boolean exact,
      RowCondition condition) {
    this.table = table;
    this.snapshotJson = snapshotJson;
    this.options = options;
    this.exact = exact;
    this.condition = condition;
  }

  /** Searches by the graph. */
  public static IndexSearch of(TableAccess table, Snapshot snapshot, SearchOptions options) {
    return new IndexSearch(table, snapshot.toJson(), options, false, null);
  }

  /** The same, measuring all rows. */
  public IndexSearch exactly() {
    return new IndexSearch(table, snapshotJson, options, true, condition);
  }

  /** The same among rows that meet a condition; null for all. */
  public IndexSearch among(RowCondition other) {
    return new IndexSearch(table, snapshotJson, options, exact, other);
  }

  /** What is looked for. */
  public SearchOptions options() {
    return options;
  }

  /** The table's directory. */
  public String path() {
    return table.path();
  }

  /** Opens the index until the running task ends; outside of one, until {@code user} is gone. */
  public OpenSearch open(Object user) {
    return new OpenSearch(table, Snapshot.fromJson(snapshotJson), this, user);
  }

  /** How many queries are best asked together. */
  public int block() {
    return exact ? Math.max(1, Math.min(MOST_TOGETHER, HITS_TOGETHER / options.k())) : 1;
  }

  /** The version that is searched. */
  Snapshot snapshot() {
    return Snapshot.fromJson(snapshotJson);
  }

  boolean exact() {
    return exact;
  }

  RowCondition condition() {
    return condition;
  }
}
