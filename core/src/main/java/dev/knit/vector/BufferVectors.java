package dev.knit.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Vectors as float32 outside of the heap, as users gave them, one after another in little-endian
 * buffers, such as parts of a mapped file. Each is brought into the form of its metric when it is
 * read. Made for measuring a few of them exactly, one at a time. Immutable and safe for use by many
 * threads.
 */
public final class BufferVectors implements VectorValues {
  private final Metric metric;
  private final int dimension;
  private final int size;
  private final double maxNorm;
  private final int[] rows;
  private final int[] starts;
  private final FloatBuffer[] buffers;

  /**
   * The vectors that stand in {@code buffers}, each of which holds whole vectors and at least one.
   * They must be fit for the metric: {@link VectorCheck}.
   *
   * @param maxNorm R of {@link Distances} under {@code inner_product}: no vector is longer
   * @param rows where the vector of each node stands, counted on over all buffers; null when node i
   *     stands at i
   */
  public BufferVectors(
      Metric metric, int dimension, double maxNorm, int[] rows, ByteBuffer... buffers) {
    this.metric = metric;
    this.dimension = dimension;
    this.maxNorm = maxNorm;
    this.rows = rows;
    this.buffers = new FloatBuffer[buffers.length];
    this.starts = new int[buffers.length];
    int vectors = 0;
    for (int i = 0; i < buffers.length; i++) {
      this.buffers[i] = buffers[i].slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      starts[i] = vectors;
      vectors += this.buffers[i].capacity() / dimension;
    }
    this.size = rows == null ? vectors : rows.length;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public double maxNorm() {
    return maxNorm;
  }

  /** Without the vectors, which are outside of the heap. */
  @Override
  public long bytes() {
    return rows == null ? 0 : (long) Integer.BYTES * rows.length;
  }

  @Override
  public Distances distances() {
    return new BufferDistances(this);
  }

  @Override
  public void copy(int node, float[] out) {
    copyGiven(node, out);
    Prepared.write(metric, dimension, out);
  }

  /** Writes the vector of {@code node} to {@code out} as it was given. */
  public void copyGiven(int node, float[] out) {
    int row = rows == null ? node : rows[node];
    int found = Arrays.binarySearch(starts, row);
    int buffer = found >= 0 ? found : -found - 2;
    buffers[buffer].get((row - starts[buffer]) * dimension, out, 0, dimension);
  }

  @Override
  public FlatVectors select(int[] nodes) {
    FlatVectors.Builder builder =
        FlatVectors.builder(metric, dimension, nodes.length).maxNorm((float) maxNorm);
    float[] vector = new float[dimension];
    for (int node : nodes) {
      copyGiven(node, vector);
      builder.add(vector);
    }
    return builder.build();
  }

  @Override
  public long hash(int node) {
    return FlatVectors.hash(vector(node), 0, dimension);
  }

  @Override
  public boolean same(int node, int other) {
    return Arrays.equals(vector(node), vector(other));
  }

  private float[] vector(int node) {
    float[] vector = new float[dimension];
    copy(node, vector);
    return vector;
  }
}
