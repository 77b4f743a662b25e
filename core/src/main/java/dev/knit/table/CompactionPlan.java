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
   * The segments to compact now, in groups that have none in common and may be compacted side by
   * side; none when nothing is worth it. For each group, beginning with the smallest that are left,
   * segments are taken as long as the next has at most {@value #GROWTH} times the rows of those
   * before it together: so a row is copied about log(rows) times. Without at least {@value #FEWEST}
   * of them a segment is taken alone of whose rows more than a fifth is deleted.
   */
  public static List<List<SegmentInfo>> groups(Snapshot snapshot) {
    List<SegmentInfo> left = new ArrayList<>(snapshot.segments());
    List<List<SegmentInfo>> groups = new ArrayList<>();
    for (List<SegmentInfo> group = next(left); !group.isEmpty(); group = next(left)) {
      groups.add(group);
      left.removeAll(group);
    }
    return groups;
  }

  /** All segments in one group; none when that would change nothing. */
  public static List<List<SegmentInfo>> all(Snapshot snapshot) {
    List<SegmentInfo> segments = snapshot.segments();
    boolean done =
        segments.size() <= 1 && segments.stream().allMatch(s -> s.deletes() == null && !s.isFlat());
    return done ? List.of() : List.of(segments);
  }

  private static List<SegmentInfo> next(List<SegmentInfo> segments) {
    List<SegmentInfo> bySize = new ArrayList<>(segments);
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
    return chosen.size() >= FEWEST
        ? segments.stream().filter(chosen::contains).toList()
        : mostDeleted(segments);
  }

  private static List<SegmentInfo> mostDeleted(List<SegmentInfo> segments) {
    return segments.stream()
        .filter(segment -> segment.rows() - segment.liveRows() > DELETED * segment.rows())
        .max(Comparator.comparingInt(segment -> segment.rows() - segment.liveRows()))
        .map(List::of)
        .orElse(List.of());
  }
}
