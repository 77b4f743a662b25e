package dev.knit.table;

import java.io.Serializable;
import java.util.UUID;

/**
 * A segment whose live rows went into a compacted one, in order: behind those of the origins before
 * it.
 *
 * @param deletes the rows that were left out; null for none
 */
public record SegmentOrigin(UUID uuid, int rows, DeletesFile deletes) implements Serializable {
  /** A segment as it was compacted. */
  static SegmentOrigin of(SegmentInfo segment) {
    return new SegmentOrigin(segment.uuid(), segment.rows(), segment.deletes());
  }

  /** How many rows it gave. */
  int liveRows() {
    return rows - (deletes == null ? 0 : deletes.rows());
  }
}
