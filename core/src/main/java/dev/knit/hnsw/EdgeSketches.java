package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.SketchSpace;
import dev.knit.vector.SketchWriter;
import dev.knit.vector.VectorValues;

/**
 * The lists of level 0 with a sketch of each edge, in node order, so that a hop reads one stretch
 * of memory where it else would read a vector per neighbor; see {@link SketchSpace}. Immutable and
 * safe for use by many threads.
 */
public final class EdgeSketches {
  private static final int CHUNK_INTS = 1 << 28;
  private static final int TASK = 256;

  final SketchSpace space;
  final int blockLength;
  final int size;
  private final int shift;
  private final int[][] chunks;
  private final float[] squares; // null where not needed

  private EdgeSketches(HnswGraph graph, VectorValues vectors) {
    space = SketchSpace.of(vectors);
    size = graph.size();
    blockLength = space.blockLength(graph.slots(0));
    shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_INTS / blockLength));
    int perChunk = 1 << shift;
    chunks = new int[(int) (((long) graph.size() + perChunk - 1) >>> shift)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new int[Math.min(perChunk, graph.size() - i * perChunk) * blockLength];
    }
    squares = vectors.metric() == Metric.INNER_PRODUCT ? new float[graph.size()] : null;
  }

  /**
   * Sketches of the edges of {@code graph}, made on {@code threads} threads. Takes 4 bytes a bit
   * and vector while it works.
   *
   * @throws IllegalArgumentException when the metric is {@code l1}
   */
  public static EdgeSketches of(HnswGraph graph, VectorValues vectors, int threads) {
    EdgeSketches sketches = new EdgeSketches(graph, vectors);
    float[][] projected = new float[graph.size()][];
    int tasks = (graph.size() + TASK - 1) / TASK;
    try (Workers<SketchWriter> workers =
        new Workers<>(threads, () -> new SketchWriter(sketches.space, vectors, graph.slots(0)))) {
      workers.run(tasks, (writer, task) -> sketches.project(vectors.exact(), task, projected));
      workers.run(tasks, (writer, task) -> sketches.write(graph, writer, task, projected));
    }
    return sketches;
  }

  private void project(VectorValues vectors, int task, float[][] projected) {
    float[] vector = new float[vectors.dimension()];
    for (int node = task * TASK; node < Math.min(projected.length, (task + 1) * TASK); node++) {
      vectors.copy(node, vector);
      projected[node] = space.project(vector);
    }
  }

  private void write(HnswGraph graph, SketchWriter writer, int task, float[][] projected) {
    for (int node = task * TASK; node < Math.min(projected.length, (task + 1) * TASK); node++) {
      int list = graph.offset(0, node);
      int degree = graph.degree(0, node);
      float square =
          writer.write(node, graph.lists(0), list, degree, projected, chunk(node), offset(node));
      if (squares != null) {
        squares[node] = square;
      }
    }
  }

  /** How much heap they take. */
  public long bytes() {
    long ints = squares == null ? 0 : squares.length;
    for (int[] chunk : chunks) {
      ints += chunk.length;
    }
    return Integer.BYTES * ints;
  }

  /** The array that holds the block of {@code node}, from {@link #offset}. */
  int[] chunk(int node) {
    return chunks[node >>> shift];
  }

  int offset(int node) {
    return (node & ((1 << shift) - 1)) * blockLength;
  }

  /** ‖x‖² of the vector of {@code node} where the metric needs it, else 0. */
  float square(int node) {
    return squares == null ? 0 : squares[node];
  }
}
