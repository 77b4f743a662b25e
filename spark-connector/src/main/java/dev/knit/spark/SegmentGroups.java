package dev.knit.spark;

import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.vector.Quantization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Divides the segments of an index into groups that fit into memory. */
final class SegmentGroups {
  private static final int BYTES_PER_ROW = 16; // its node, and its place among the rows of that

  private SegmentGroups() {}

  /** About how many bytes a segment takes in memory when it is open. */
  static long bytes(Snapshot snapshot, SegmentInfo segment) {
    long floats = (long) Float.BYTES * snapshot.schema().dimension();
    long vectors =
        snapshot.params().quantization() == Quantization.INT8
            ? floats / Float.BYTES * segment.nodes()
            : floats * segment.nodes();
    long files = segment.rowsFiles().stream().mapToLong(RowsFile::bytes).sum();
    long metadata = Math.max(0, files - floats * segment.rows());
    long lists = segment.graphFiles().stream().mapToLong(GraphPart::bytes).sum();
    return vectors + metadata + lists + (long) BYTES_PER_ROW * segment.rows();
  }

  /** The same of several. */
  static long bytes(Snapshot snapshot, List<Integer> segments) {
    return segments.stream().mapToLong(i -> bytes(snapshot, snapshot.segments().get(i))).sum();
  }

  /**
   * As few groups as the largest segment first into the first group with room for it makes; a
   * segment that is larger than {@code most} is a group by itself.
   *
   * @param segments by their number in the snapshot
   * @param most bytes of a group
   */
  static List<List<Integer>> of(Snapshot snapshot, List<Integer> segments, long most) {
    List<Integer> largestFirst = new ArrayList<>(segments);
    largestFirst.sort(
        Comparator.comparing((Integer i) -> -bytes(snapshot, snapshot.segments().get(i)))
            .thenComparing(i -> i));
    List<List<Integer>> groups = new ArrayList<>();
    for (Integer segment : largestFirst) {
      long room = most - bytes(snapshot, snapshot.segments().get(segment));
      groups.stream()
          .filter(group -> bytes(snapshot, group) <= room)
          .findFirst()
          .orElseGet(() -> added(groups))
          .add(segment);
    }
    groups.forEach(group -> group.sort(null));
    return groups;
  }

  private static List<Integer> added(List<List<Integer>> groups) {
    groups.add(new ArrayList<>());
    return groups.get(groups.size() - 1);
  }
}
