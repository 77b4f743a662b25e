package dev.knit.hnsw;

import dev.knit.vector.Projections;
import dev.knit.vector.SketchQuery;

/** The lists of level 0 less the neighbors that sketches tell to be too far. For one thread. */
class SketchedLists {
  private static final int LINE = 16; // ints

  private final EdgeSketches sketches;
  private final SketchQuery query;
  private final int slots;
  private long estimated;

  /** Keeps the reads of {@link #touch} from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  SketchedLists(HnswGraph graph, EdgeSketches sketches) {
    this.sketches = sketches;
    slots = graph.slots(0);
    query = new SketchQuery(sketches.space, slots);
  }

  /** Estimates from {@code vector} from now on. */
  void start(float[] vector) {
    query.start(vector);
  }

  /** Estimates from a projected node from now on. */
  void start(Projections projections, int node) {
    query.start(projections, node);
  }

  /** How many distances were estimated. */
  long estimated() {
    return estimated;
  }

  /**
   * Adds to the batch those neighbors of {@code node}, which is at {@code key}, that may be within
   * {@code limit}; returns how many there are then.
   */
  int near(int node, float key, float limit, int[] batch, int count) {
    estimated += slots;
    return query.near(
        key,
        sketches.square(node),
        limit,
        sketches.chunk(node),
        sketches.offset(node),
        batch,
        count);
  }

  /**
   * Reads from the cache lines that {@link #near} will read, so that the waits for them overlap.
   */
  void touch(int node) {
    touched = read(node);
  }

  /** A sum that takes a read of each cache line of a block. */
  int read(int node) {
    int[] chunk = sketches.chunk(node);
    int first = sketches.offset(node);
    int sum = 0;
    for (int i = first; i < first + sketches.blockLength; i += LINE) {
      sum += chunk[i];
    }
    return sum;
  }
}
