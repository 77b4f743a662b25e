package dev.knit.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Vectors as float32 outside of the heap, one after another in little-endian buffers, such as a
 * mapped file. Made for measuring a few of them exactly, one at a time. Immutable and safe for use
 * by many threads.
 */
public final class BufferVectors implements VectorValues {
  private static final int BUFFER_BYTES = 1 << 30;

  private final Metric metric;
  private final int dimension;
  private final int size;
  private final double maxNorm;
  private final FloatBuffer[] buffers;

  /**
   * The vectors that {@link #write} wrote to {@code buffers}, {@link #perBuffer} in each, fewer in
   * the last.
   *
   * @param maxNorm R of {@link Distances} under {@code inner_product}: no vector is longer
   */
  public BufferVectors(
      Metric metric, int dimension, int size, double maxNorm, ByteBuffer... buffers) {
    this.metric = metric;
    this.dimension = dimension;
    this.size = size;
    this.maxNorm = maxNorm;
    this.buffers =
        Arrays.stream(buffers)
            .map(buffer -> buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer())
            .toArray(FloatBuffer[]::new);
  }

  /** How many vectors stand in one buffer. */
  public static int perBuffer(int dimension) {
    return BUFFER_BYTES / (Float.BYTES * dimension);
  }

  /**
   * Writes a vector as these buffers hold it: as its metric stores it.
   *
   * @param scratch as long as the vector
   * @throws IllegalArgumentException when its length is not the dimension, a value is not finite,
   *     or it is all zero under {@code cosine}
   */
  public static void write(Metric metric, float[] vector, float[] scratch, ByteBuffer out) {
    VectorCheck.check(vector, scratch.length, metric);
    Prepared.write(metric, vector, scratch, 0);
    out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(scratch);
    out.position(out.position() + Float.BYTES * scratch.length);
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

  /** None of them: they are outside of the heap. */
  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public Distances distances() {
    return new BufferDistances(this);
  }

  @Override
  public void copy(int node, float[] out) {
    int perBuffer = perBuffer(dimension);
    buffers[node / perBuffer].get(node % perBuffer * dimension, out, 0, dimension);
  }

  @Override
  public FlatVectors select(int[] nodes) {
    FlatVectors.Builder builder =
        FlatVectors.builder(metric, dimension, nodes.length).maxNorm((float) maxNorm);
    float[] vector = new float[dimension];
    for (int node : nodes) {
      copy(node, vector);
      builder.add(vector);
    }
    return builder.build();
  }

  @Override
  public long hash(int node) {
    float[] vector = new float[dimension];
    copy(node, vector);
    return FlatVectors.hash(vector, 0, dimension);
  }

  @Override
  public boolean same(int node, int other) {
    float[] vector = new float[dimension];
    float[] second = new float[dimension];
    copy(node, vector);
    copy(other, second);
    return Arrays.equals(vector, second);
  }
}
