package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

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
  private final List<Integer> part;

  private IndexSearch(
      TableAccess table,
      String snapshotJson,
      SearchOptions options,
      boolean exact,
      RowCondition condition,
      List<Integer> part) {
    this.table = table;
    this.snapshotJson = snapshotJson;
    this.options = options;
    this.exact = exact;
    this.condition = condition;
    this.part = part;
  }

  /** Searches by the graph. */
  public static IndexSearch of(TableAccess table, Snapshot snapshot, SearchOptions options) {
    return new IndexSearch(table, snapshot.toJson(), options, false, null, null);
  }

  /** The same, measuring all rows. */
  public IndexSearch exactly() {
    return new IndexSearch(table, snapshotJson, options, true, condition, part);
  }

  /** The same among rows that meet a condition; null for all. */
  public IndexSearch among(RowCondition other) {
    return new IndexSearch(table, snapshotJson, options, exact, other, part);
  }

  /** The same in some of the segments, by their number in the snapshot. */
  IndexSearch in(List<Integer> segments) {
    return new IndexSearch(
        table, snapshotJson, options, exact, condition, new ArrayList<>(segments));
  }

  /** The numbers of the segments that are searched: those that may have what is looked for. */
  List<Integer> segments(Snapshot snapshot) {
    List<SegmentInfo> all = snapshot.segments();
    List<SegmentInfo> some = condition == null ? all : condition.mayMatch(snapshot);
    return IntStream.range(0, all.size())
        .filter(i -> part == null || part.contains(i))
        .filter(i -> some.contains(all.get(i)))
        .boxed()
        .toList();
  }

  /** The segments that are searched, in groups; see {@link SegmentGroups}. */
  List<List<Integer>> groups(JoinMemory memory) {
    Snapshot snapshot = snapshot();
    return SegmentGroups.of(snapshot, segments(snapshot), memory.group());
  }

  /** Bytes in memory of the segments that are searched. */
  Map<UUID, Long> segmentBytes() {
    Snapshot snapshot = snapshot();
    Map<UUID, Long> bytes = new HashMap<>();
    for (int i : segments(snapshot)) {
      SegmentInfo segment = snapshot.segments().get(i);
      bytes.put(segment.uuid(), SegmentGroups.bytes(snapshot, segment));
    }
    return bytes;
  }

  /** Whether it is in several segments that take more than so many bytes together. */
  public boolean exceeds(long bytes) {
    Snapshot snapshot = snapshot();
    List<Integer> segments = segments(snapshot);
    return segments.size() > 1 && SegmentGroups.bytes(snapshot, segments) > bytes;
  }

  /** What is looked for. */
  public SearchOptions options() {
    return options;
  }

  /** The table's directory. */
  public String path() {
    return table.path();
  }

  /**
   * Opens the index until the running task ends; outside of one, until {@code user} is gone.
   *
   * @throws KnitException when it cannot be read or is corrupt
   */
  public OpenSearch open(Object user) {
    return open().heldBy(user);
  }

  /** The same until it is closed. */
  OpenSearch open() {
    return KnitErrors.told(() -> new OpenSearch(table, Snapshot.fromJson(snapshotJson), this));
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
