package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.Projections;
import dev.knit.vector.SketchSpace;
import dev.knit.vector.SketchWriter;
import dev.knit.vector.VectorValues;
import java.util.function.Supplier;

/**
 * The lists of level 0 with a sketch of each edge, in node order, so that a hop reads one stretch
 * of memory where it else would read a vector per neighbor; see {@link SketchSpace}. Immutable once
 * made by {@link #of}, and then safe for use by many threads.
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

  /** Blocks of zeros for the first {@code size} nodes of {@code graph}. */
  EdgeSketches(HnswGraph graph, int size, SketchSpace space, boolean withSquares) {
    this.space = space;
    this.size = size;
    blockLength = space.blockLength(graph.slots(0));
    shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_INTS / blockLength));
    int perChunk = 1 << shift;
    chunks = new int[(int) (((long) size + perChunk - 1) >>> shift)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new int[Math.min(perChunk, size - i * perChunk) * blockLength];
    }
    squares = withSquares ? new float[size] : null;
  }

  /** The same, without squares, with blocks of zeros for more nodes of the larger {@code graph}. */
  EdgeSketches withRoom(HnswGraph graph, int more) {
    EdgeSketches larger = new EdgeSketches(graph, more, space, false);
    for (int i = 0; i < chunks.length; i++) {
      System.arraycopy(chunks[i], 0, larger.chunks[i], 0, chunks[i].length);
    }
    return larger;
  }

  /**
   * Sketches of the edges of {@code graph}, made on {@code threads} threads. Takes 2 bytes a bit
   * and vector while it works.
   *
   * @throws IllegalArgumentException when the metric is {@code l1}
   */
  public static EdgeSketches of(HnswGraph graph, VectorValues vectors, int threads) {
    SketchSpace space = SketchSpace.of(vectors);
    boolean withSquares = vectors.metric() == Metric.INNER_PRODUCT;
    EdgeSketches sketches = new EdgeSketches(graph, graph.size(), space, withSquares);
    Projections projections = new Projections(space, graph.size());
    SketchWriter writer = new SketchWriter(projections, graph.slots(0));
    VectorValues exact = vectors.exact();
    Supplier<Task> task = () -> sketches.new Task(graph, exact, projections, writer);
    try (Workers<Task> workers = new Workers<>(threads, task)) {
      int tasks = (graph.size() + TASK - 1) / TASK;
      workers.run(tasks, Task::project);
      workers.run(tasks, Task::write);
    }
    return sketches;
  }

  /** One thread's part of making them. */
  private final class Task {
    private final HnswGraph graph;
    private final VectorValues vectors;
    private final Projections projections;
    private final SketchWriter writer;
    private final Distances distances;
    private final float[] vector;
    private final float[] keys;

    Task(HnswGraph graph, VectorValues vectors, Projections projections, SketchWriter writer) {
      this.graph = graph;
      this.vectors = vectors;
      this.projections = projections;
      this.writer = writer;
      distances = vectors.distances();
      vector = new float[vectors.dimension()];
      keys = new float[graph.slots(0)];
    }

    void project(int task) {
      int end = Math.min(size, (task + 1) * TASK);
      projections.set(vectors, task * TASK, end);
      for (int node = task * TASK; squares != null && node < end; node++) {
        vectors.copy(node, vector);
        squares[node] = dot(vector);
      }
    }

    void write(int task) {
      for (int node = task * TASK; node < Math.min(size, (task + 1) * TASK); node++) {
        vectors.copy(node, vector);
        distances.fromQuery(vector);
        int offset = graph.offset(0, node);
        int degree = graph.degree(0, node);
        distances.to(graph.lists(0), offset, degree, keys);
        writer.clear(chunk(node), offset(node));
        for (int i = 0; i < degree; i++) {
          edge(node, graph.lists(0)[offset + i], keys[i], writer, i);
        }
      }
    }
  }

  private static float dot(float[] vector) {
    double sum = 0;
    for (float component : vector) {
      sum += (double) component * component;
    }
    return (float) sum;
  }

  /** Writes the edge to {@code end}, at {@code key}, in a column of the block of {@code node}. */
  void edge(int node, int end, float key, SketchWriter writer, int column) {
    writer.write(node, end, key, square(node), square(end), chunk(node), offset(node), column);
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
