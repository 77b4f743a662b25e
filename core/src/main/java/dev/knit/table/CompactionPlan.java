package dev.knit.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which segments are worth compacting. */
public final class CompactionPlan {
  /** Fewer small segments are left as they are. */
  public static final int FEWEST = 4;

  /** More are left for the next time. */
  public static final int MOST = 10;

  private static final int GROWTH = 4;
  private static final double DELETED = 0.2;

  private CompactionPlan() {}

  /**
   * The segments to compact now; empty for none. Beginning with the smallest, segments are taken as
   * long as the next has at most {@value #GROWTH} times the rows of those before it together: so a
   * row is copied about log(rows) times. Without at least {@value #FEWEST} of them a segment is
   * taken alone of whose rows more than a fifth is deleted.
   */
  public static List<SegmentInfo> choose(Snapshot snapshot) {
    List<SegmentInfo> bySize = new ArrayList<>(snapshot.segments());
    bySize.sort(Comparator.comparingInt(SegmentInfo::liveRows));
    List<SegmentInfo> chosen = new ArrayList<>();
    long rows = 0;
    for (SegmentInfo segment : bySize) {
      boolean joins = chosen.isEmpty() || segment.liveRows() <= GROWTH * Math.max(1, rows);
      if (!joins || chosen.size() == MOST) {
        break;
      }
      chosen.add(segment);
      rows += segment.liveRows();
    }
    return chosen.size() >= FEWEST ? inOrder(snapshot, chosen) : mostDeleted(snapshot);
  }

  private static List<SegmentInfo> inOrder(Snapshot snapshot, List<SegmentInfo> chosen) {
    return snapshot.segments().stream().filter(chosen::contains).toList();
  }

  private static List<SegmentInfo> mostDeleted(Snapshot snapshot) {
    return snapshot.segments().stream()
        .filter(segment -> segment.rows() - segment.liveRows() > DELETED * segment.rows())
        .max(Comparator.comparingInt(segment -> segment.rows() - segment.liveRows()))
        .map(List::of)
        .orElse(List.of());
  }
}
