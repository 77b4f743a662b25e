package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.VectorValues;

/**
 * What the files of a segment hold, whatever rows are deleted and whatever columns the table has
 * now. Immutable and safe for use by many threads until it is closed.
 *
 * @param graph null when the segment has none
 */
record SegmentData(
    HnswGraph graph,
    VectorValues vectors,
    NodeRows nodeRows,
    SegmentRows rows,
    SegmentSketches sketches)
    implements AutoCloseable {

  /** About how much memory it takes, now. */
  long bytes() {
    long lists =
        graph == null
            ? 0
            : 4L * (graph.lists(0).length + (long) graph.lists(1).length) + 5L * graph.size();
    return lists + vectors.bytes() + nodeRows.bytes() + rows.bytes() + sketches.bytes();
  }

  /** Frees the Arrow memory; the second time does nothing. */
  @Override
  public synchronized void close() {
    rows.close();
  }
}
