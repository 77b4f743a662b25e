package dev.knit.table;

import dev.knit.hnsw.LiveGraph;
import dev.knit.vector.GrowingVectors;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * A graph over the vectors of rows that arrive one by one. The first {@value #LEAST} wait, since so
 * few need no graph; from then on every {@value #BATCH} are inserted, so that the work is spread
 * evenly over the calls of {@link #add} and little is left to {@link #finish}. Rows with equal
 * vectors share a node. For one thread.
 */
final class GrowingGraph {
  /** So few rows are searched one by one. */
  static final int LEAST = 4096;

  /** Rows that are inserted together. */
  static final int BATCH = 256;

  private static final long HASH_BYTES = 32;

  private final IndexParams params;
  private final GrowingVectors vectors;
  private final LiveGraph graph;
  private VectorValues walked; // as the graph sees them; null before the first insertion
  private byte[] levels = new byte[64];
  private int[] rowNodes = new int[64];
  private int rows;

  GrowingGraph(IndexParams params, int dimension, int threads) {
    this.params = params;
    this.vectors = GrowingVectors.empty(params.metric(), dimension, params.maxNorm());
    this.graph =
        LiveGraph.sketched(params.hnsw(), threads, params.quantization().apply(vectors.view()));
  }

  /** Adds the vector of the next row, which was checked. */
  void add(Object id, float[] vector) {
    int node = vectors.add(vector);
    if (rows == rowNodes.length) {
      rowNodes = Arrays.copyOf(rowNodes, 2 * rows);
      levels = Arrays.copyOf(levels, 2 * rows);
    }
    rowNodes[rows++] = node;
    if (node >= inserted()) {
      byte level = RowIds.level(params.seed(), id, params.m());
      levels[node] = (byte) Math.max(levels[node], level);
    }
    if (vectors.size() - inserted() >= (inserted() == 0 ? LEAST + 1 : BATCH)) {
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
    insert();
    boolean same = inserted() == rows;
    return SegmentGraph.of(
        graph.finished(walked).withoutLengths(), same ? null : Arrays.copyOf(rowNodes, rows));
  }

  /** About how many bytes it takes: vectors, lists with what they are searched by, hashes. */
  long bytes() {
    long seen = walked == null ? 0 : walked.bytes() - walked.exact().bytes();
    return vectors.view().bytes() + seen + graph.bytes() + vectors.size() * HASH_BYTES;
  }

  private int inserted() {
    return graph.view().size();
  }

  private void insert() {
    int first = inserted();
    if (first < vectors.size()) {
      walked = params.quantization().apply(vectors.view(), walked);
      graph.insert(walked, Arrays.copyOfRange(levels, first, vectors.size()));
    }
  }
}
