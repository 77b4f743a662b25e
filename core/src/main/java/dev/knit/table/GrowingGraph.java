package dev.knit.table;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.GrowingVectors;
import java.util.Arrays;

/**
 * A graph over the vectors of rows that arrive one by one. They are inserted in chunks, each as
 * large as a quarter of what is there, so that the builder's sketches pay; the work is spread over
 * the calls of {@link #add}. Rows with equal vectors share a node. For one thread.
 */
final class GrowingGraph {
  /** A chunk has at least so many vectors, and a graph too: fewer rows are searched one by one. */
  static final int LEAST = 4096;

  private static final int MOST = 8192;
  private static final int GROWTH = 4;

  private final IndexParams params;
  private final int threads;
  private final GrowingVectors vectors;
  private HnswGraph graph;
  private byte[] levels = new byte[64];
  private int[] rowNodes = new int[64];
  private int rows;

  GrowingGraph(IndexParams params, int dimension, int threads) {
    this.params = params;
    this.threads = threads;
    this.vectors = GrowingVectors.empty(params.metric(), dimension, params.maxNorm());
    this.graph = HnswGraph.empty(params.m());
  }

  /** Adds the vector of the next row, which was checked. */
  void add(Object id, float[] vector) {
    int node = vectors.add(vector);
    if (rows == rowNodes.length) {
      rowNodes = Arrays.copyOf(rowNodes, 2 * rows);
      levels = Arrays.copyOf(levels, 2 * rows);
    }
    rowNodes[rows++] = node;
    byte level = RowIds.level(params.seed(), id, params.m());
    boolean inserted = node < graph.size();
    levels[node] = inserted ? levels[node] : (byte) Math.max(levels[node], level);
    if (vectors.size() - graph.size() >= chunk()) {
      insert();
    }
  }

  int rows() {
    return rows;
  }

  /** The graph over all rows; null when there are few. */
  SegmentGraph finish() {
    if (rows <= LEAST) {
      return null;
    }
    if (vectors.size() > graph.size()) {
      insert();
    }
    boolean same = graph.size() == rows;
    return SegmentGraph.of(graph.withoutLengths(), same ? null : Arrays.copyOf(rowNodes, rows));
  }

  /** About how many bytes it takes: vectors, lists with lengths, hashes of vectors. */
  long bytes() {
    long list = 4L * params.m() * Float.BYTES;
    return vectors.view().bytes() + vectors.size() * (list + 32L);
  }

  private int chunk() {
    return Math.min(MOST, Math.max(LEAST + 1, graph.size() / GROWTH));
  }

  private void insert() {
    graph =
        new HnswBuilder(params.hnsw(), threads)
            .extend(
                graph,
                params.quantization().apply(vectors.view()),
                Arrays.copyOf(levels, vectors.size()));
  }
}
