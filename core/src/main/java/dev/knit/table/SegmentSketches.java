package dev.knit.table;

import dev.knit.hnsw.EdgeSketches;
import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.VectorValues;

/**
 * The sketches of a segment's graph, made when they are first asked for. Safe for use by many
 * threads.
 */
final class SegmentSketches {
  private volatile EdgeSketches made;

  /** The sketches; those who ask while they are made wait. */
  synchronized EdgeSketches of(HnswGraph graph, VectorValues vectors) {
    if (made == null) {
      made = EdgeSketches.of(graph, vectors, Runtime.getRuntime().availableProcessors());
    }
    return made;
  }

  /** What they take; 0 before they are made. */
  long bytes() {
    EdgeSketches sketches = made;
    return sketches == null ? 0 : sketches.bytes();
  }
}
