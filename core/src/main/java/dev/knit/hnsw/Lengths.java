package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/** Computes the lengths of a graph's edges, which stored graphs may lack. */
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
