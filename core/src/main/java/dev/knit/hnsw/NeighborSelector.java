package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * Algorithm 4, SELECT-NEIGHBORS-HEURISTIC: going outwards, a candidate is taken unless it is nearer
 * to one already taken than to the node itself. Neither extends candidates nor keeps pruned ones; a
 * candidate is dropped at the first taken one that is nearer.
 *
 * <p>Marked candidates are taken as diverse among each other, since they are neighbors of one node
 * already: they are only compared with unmarked ones. A deviation from the paper that saves most of
 * the work of adding to a list; edges that were appended since the list was selected stay in it.
 * For one thread.
 */
final class NeighborSelector {
  private static final int LINE = 16; // slots in a cache line

  private final Distances distances;
  private long[] candidates = new long[256];
  private int candidateCount;

  /**
   * The taken nodes, nearest first: the first {@link #count} of {@link #nodes}, {@link #lengths}.
   */
  final int[] nodes;

  final float[] lengths;
  private final boolean[] marked;
  int count;

  /** Keeps the reads of {@link #touch} from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  NeighborSelector(VectorValues vectors, int mostNeighbors) {
    this.distances = vectors.distances();
    this.nodes = new int[mostNeighbors];
    this.lengths = new float[mostNeighbors];
    this.marked = new boolean[mostNeighbors];
  }

  long distanceComputations() {
    return distances.computed();
  }

  void clear() {
    candidateCount = 0;
  }

  /** Adds a candidate, an entry of {@link Entries}. */
  void add(long entry) {
    if (candidateCount == candidates.length) {
      candidates = Arrays.copyOf(candidates, 2 * candidateCount);
    }
    candidates[candidateCount++] = entry;
  }

  /**
   * Adds the neighbors of a node, whose lengths are measured if they are deferred.
   *
   * @param mark {@link Entries#MARK}, or 0
   */
  void addList(HnswGraph graph, int level, int node, long mark) {
    Lengths.measure(graph, level, node, distances);
    int offset = graph.offset(level, node);
    for (int slot = offset; slot < offset + graph.degree(level, node); slot++) {
      add(Entries.of(graph.lists(level)[slot], graph.lengths(level)[slot]) | mark);
    }
  }

  /** Reads from a list that will be added, so that the waits for several overlap. */
  void touch(HnswGraph graph, int level, int node) {
    int sum = 0;
    int offset = graph.offset(level, node);
    for (int slot = offset; slot < offset + graph.slots(level); slot += LINE) {
      sum += graph.lists(level)[slot] + Float.floatToRawIntBits(graph.lengths(level)[slot]);
    }
    touched = sum;
  }

  /**
   * Takes at most {@code limit} of the candidates; a candidate that was added twice counts once.
   */
  void select(int limit) {
    Arrays.sort(candidates, 0, candidateCount);
    count = 0;
    int last = HnswGraph.NONE;
    for (int i = 0; i < candidateCount && count < limit; i++) {
      long candidate = candidates[i];
      int node = Entries.node(candidate);
      if (node != last && diverse(node, Entries.key(candidate), Entries.marked(candidate))) {
        nodes[count] = node;
        lengths[count] = Entries.key(candidate);
        marked[count++] = Entries.marked(candidate);
      }
      last = node;
    }
  }

  private boolean diverse(int node, float length, boolean mark) {
    boolean from = false;
    for (int i = 0; i < count; i++) {
      if (mark && marked[i]) {
        continue;
      }
      if (!from) {
        distances.fromNode(node);
        from = true;
      }
      if (distances.to(nodes[i]) < length) {
        return false;
      }
    }
    return true;
  }
}
