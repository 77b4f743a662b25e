package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * Computes the lengths of a graph's edges, which stored graphs may lack: all of them, or those of a
 * list when they are needed. {@code NaN} in the first slot of a list tells that its lengths are
 * deferred; it is in order then, as it was stored.
 */
final class Lengths {
  private static final int TASK_NODES = 1024;

  private Lengths() {}

  /** The graph with lengths; it shares the other arrays. */
  static HnswGraph added(HnswGraph graph, VectorValues vectors, Workers<?> workers) {
    GraphArrays bare = graph.arrays();
    GraphArrays arrays =
        new GraphArrays(
            bare.levels(),
            bare.upperOffsets(),
            bare.level0(),
            new float[bare.level0().length],
            bare.upper(),
            new float[bare.upper().length]);
    HnswGraph measured = new HnswGraph(graph.m(), graph.size(), graph.entryPoint(), arrays);
    measure(measured, vectors, workers);
    return measured;
  }

  /** The graph with all lengths deferred; it shares the other arrays. */
  static HnswGraph deferred(HnswGraph graph) {
    GraphArrays bare = graph.arrays();
    GraphArrays arrays =
        new GraphArrays(
            bare.levels(),
            bare.upperOffsets(),
            bare.level0(),
            unknown(bare.level0().length),
            bare.upper(),
            unknown(bare.upper().length));
    return new HnswGraph(graph.m(), graph.size(), graph.entryPoint(), arrays);
  }

  private static float[] unknown(int slots) {
    float[] lengths = new float[slots];
    Arrays.fill(lengths, Float.NaN);
    return lengths;
  }

  /** Whether the lengths of a list are deferred. */
  static boolean areDeferred(HnswGraph graph, int level, int node) {
    return Float.isNaN(graph.lengths(level)[graph.offset(level, node)]);
  }

  /**
   * Writes the lengths of a list if they are deferred. {@code distances} may measure from another
   * node afterwards.
   */
  static void measure(HnswGraph graph, int level, int node, Distances distances) {
    if (areDeferred(graph, level, node)) {
      int offset = graph.offset(level, node);
      float[] keys = new float[graph.degree(level, node)];
      distances.fromNode(node);
      distances.to(graph.lists(level), offset, keys.length, keys);
      System.arraycopy(keys, 0, graph.lengths(level), offset, keys.length);
    }
  }

  /** Writes the lengths of all edges. */
  static <W> void measure(HnswGraph graph, VectorValues vectors, Workers<W> workers) {
    workers.run(
        (graph.size() + TASK_NODES - 1) / TASK_NODES,
        (worker, task) -> {
          Distances distances = vectors.distances();
          float[] keys = new float[graph.slots(0)];
          int from = task * TASK_NODES;
          for (int node = from; node < Math.min(graph.size(), from + TASK_NODES); node++) {
            distances.fromNode(node);
            for (int level = 0; level <= graph.level(node); level++) {
              int offset = graph.offset(level, node);
              int degree = graph.degree(level, node);
              distances.to(graph.lists(level), offset, degree, keys);
              System.arraycopy(keys, 0, graph.lengths(level), offset, degree);
            }
          }
        });
  }
}
