package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.List;

/**
 * The index table that a live index was last read from or saved to.
 *
 * @param snapshot its version then
 */
record LiveTable(String path, Snapshot snapshot) {
  /**
   * Reads the only segment of a table's newest version; null when it has none.
   *
   * @throws IllegalArgumentException when there are more
   */
  Segment open(FileIO io) throws IOException {
    List<SegmentInfo> segments = snapshot.segments();
    if (segments.size() > 1) {
      throw new IllegalArgumentException(
          "'%s' has %d segments, but a live index is loaded from one; merge them first."
              .formatted(path, segments.size()));
    }
    return segments.isEmpty() ? null : Segment.open(io, path, snapshot, segments.get(0));
  }
}
