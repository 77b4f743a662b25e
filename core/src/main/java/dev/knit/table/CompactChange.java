package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * Puts one segment in the place of some, with their live rows in the same order. Rows that are
 * deleted meanwhile are deleted in it too; when one of the segments goes away, this becomes
 * nothing.
 */
final class CompactChange implements Change {
  private final FileIO io;
  private final String table;
  private final List<SegmentInfo> inputs;
  private SegmentInfo output;
  private boolean obsolete;

  /**
   * A compaction.
   *
   * @param inputs as they were read
   * @param output of their live rows; null when there were none
   */
  CompactChange(FileIO io, String table, List<SegmentInfo> inputs, SegmentInfo output) {
    this.io = io;
    this.table = table;
    this.inputs = inputs;
    this.output = output;
  }

  @Override
  public void rebase(Snapshot before, Snapshot theirs) {
    obsolete |=
        Conflicts.replaced(before, theirs)
            || inputs.stream().anyMatch(input -> theirs.segment(input.uuid()) == null);
    output = output == null ? null : Conflicts.rebased(output, before, theirs);
  }

  @Override
  public Snapshot next(Snapshot newest) throws IOException {
    if (obsolete) {
      return newest;
    }
    List<SegmentInfo> segments = new ArrayList<>();
    for (SegmentInfo segment : newest.segments()) {
      boolean first = segment.uuid().equals(inputs.get(0).uuid());
      if (first && output != null) {
        segments.add(compacted(newest));
      } else if (inputs.stream().noneMatch(input -> input.uuid().equals(segment.uuid()))) {
        segments.add(segment);
      }
    }
    return newest.next(segments, new Operation(Operation.COMPACT, details()));
  }

  private SegmentInfo compacted(Snapshot newest) throws IOException {
    RoaringBitmap deleted = new RoaringBitmap();
    List<SegmentOrigin> origins = new ArrayList<>();
    int base = 0;
    for (SegmentInfo input : inputs) {
      SegmentInfo now = newest.segment(input.uuid());
      if (now.liveRows() < input.liveRows()) {
        deleted.or(RowDeletes.translate(deletes(now), deletes(input), base));
      }
      origins.add(SegmentOrigin.of(input));
      base += input.liveRows();
    }
    DeletesFile file =
        deleted.isEmpty() ? null : DeletionVector.write(io, table, output.uuid(), deleted);
    return output.with(origins).with(file);
  }

  private RoaringBitmap deletes(SegmentInfo segment) throws IOException {
    return DeletionVector.read(io, table, segment.deletes(), segment.rows());
  }

  private Map<String, String> details() {
    int rows = output == null ? 0 : output.rows();
    return Map.of("segments", "" + inputs.size(), "rows", "" + rows);
  }
}
