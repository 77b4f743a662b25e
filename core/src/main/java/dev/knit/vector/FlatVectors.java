package dev.knit.vector;

import java.util.Arrays;

/**
 * Vectors as float32 on the heap, one after another, in chunks that hold a power of two of them.
 * Under {@code cosine} they are scaled to unit length; under {@code inner_product} each carries one
 * more component, √(R² − ‖x‖²) with R the largest norm, that makes all of them equally long (see
 * {@link Distances}). −0 is stored as 0. Made by a {@link Builder}; then immutable.
 */
public final class FlatVectors implements VectorValues {
  private final Metric metric;
  private final int dimension;
  private final int stride;
  private final int shift;
  private final float[][] chunks;
  private final int size;
  private double maxNorm;

  private FlatVectors(Builder builder) {
    this.metric = builder.metric;
    this.dimension = builder.dimension;
    this.stride = builder.stride;
    this.shift = builder.shift;
    this.chunks = builder.chunks;
    this.size = builder.size;
  }

  /**
   * A builder for vectors of {@code dimension} floats, with memory for {@code capacity} at first.
   */
  public static Builder builder(Metric metric, int dimension, int capacity) {
    return new Builder(metric, dimension, capacity);
  }

  /** The given vectors, in order. */
  public static FlatVectors of(Metric metric, float[]... vectors) {
    Builder builder = builder(metric, vectors[0].length, vectors.length);
    for (float[] vector : vectors) {
      builder.add(vector);
    }
    return builder.build();
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

  @Override
  public long bytes() {
    long floats = 0;
    for (float[] chunk : chunks) {
      floats += chunk == null ? 0 : chunk.length;
    }
    return Float.BYTES * floats;
  }

  @Override
  public Distances distances() {
    return new FlatDistances(this);
  }

  @Override
  public long hash(int node) {
    return hash(chunk(node), offset(node), dimension);
  }

  @Override
  public boolean same(int node, int other) {
    int a = offset(node);
    int b = offset(other);
    return Arrays.equals(chunk(node), a, a + dimension, chunk(other), b, b + dimension);
  }

  @Override
  public void copy(int node, float[] out) {
    System.arraycopy(chunk(node), offset(node), out, 0, dimension);
  }

  @Override
  public FlatVectors select(int[] nodes) {
    Builder builder = builder(metric, dimension, nodes.length);
    for (int node : nodes) {
      System.arraycopy(chunk(node), offset(node), builder.slot(), builder.offset(), stride);
      builder.size++;
    }
    FlatVectors selected = new FlatVectors(builder);
    selected.maxNorm = maxNorm;
    return selected;
  }

  /** The vector of {@code node} as it is stored, as a new array of {@code dimension()} floats. */
  public float[] vector(int node) {
    return Arrays.copyOfRange(chunk(node), offset(node), offset(node) + dimension);
  }

  /** A builder that goes on behind these vectors, in arrays that it shares while they have room. */
  Builder continued() {
    return new Builder(this);
  }

  /** Floats from the start of one vector to the next. */
  int stride() {
    return stride;
  }

  float[] chunk(int node) {
    return chunks[node >>> shift];
  }

  int offset(int node) {
    return (node & ((1 << shift) - 1)) * stride;
  }

  static long hash(float[] values, int offset, int length) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ Float.floatToRawIntBits(values[offset + i])) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 31;
    }
    return hash;
  }

  /** Collects vectors; for one thread. */
  public static final class Builder {
    /** 256 MB of floats: far from the limit of an array, and large enough to be one for most. */
    private static final int CHUNK_FLOATS = 1 << 26;

    private final Metric metric;
    private final int dimension;
    private final int stride;
    private final int shift;
    private float[][] chunks = new float[1][];
    private int size;
    private float maxNorm;

    private Builder(Metric metric, int dimension, int capacity) {
      if (dimension < 1) {
        throw new IllegalArgumentException("Dimension must be at least 1, not " + dimension + ".");
      }
      this.metric = metric;
      this.dimension = dimension;
      this.stride = stride(metric, dimension);
      this.shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_FLOATS / stride));
      this.chunks[0] = new float[Math.max(1, Math.min(capacity, 1 << shift)) * stride];
    }

    private Builder(FlatVectors start) {
      this.metric = start.metric;
      this.dimension = start.dimension;
      this.stride = start.stride;
      this.shift = start.shift;
      this.chunks = start.chunks;
      this.size = start.size;
    }

    private static int stride(Metric metric, int dimension) {
      int stored = metric == Metric.INNER_PRODUCT ? dimension + 1 : dimension;
      return VectorKernels.padded(stored);
    }

    /** How many vectors were added. */
    public int size() {
      return size;
    }

    /**
     * Adds a copy of {@code vector} as the next node.
     *
     * @throws IllegalArgumentException when its length is not the dimension, a value is not finite,
     *     or it is all zero under {@code cosine}
     */
    public Builder add(float[] vector) {
      VectorCheck.check(vector, dimension, metric);
      Prepared.write(metric, vector, slot(), offset());
      size++;
      return this;
    }

    /**
     * Takes R of {@code inner_product} as at least {@code norm}; graphs that are to be merged must
     * be built with the same R.
     */
    public Builder maxNorm(float norm) {
      maxNorm = Math.max(maxNorm, norm);
      return this;
    }

    /** The vectors added so far. The builder must not be used afterwards. */
    public FlatVectors build() {
      FlatVectors vectors = new FlatVectors(this);
      if (metric == Metric.INNER_PRODUCT) {
        vectors.maxNorm = Math.sqrt(Prepared.augment(vectors, maxNorm));
      }
      return vectors;
    }

    /** The vectors added so far; those that are added later do not disturb it. */
    FlatVectors view() {
      return view(0);
    }

    /** The same with R of {@code inner_product}. */
    FlatVectors view(double norm) {
      FlatVectors view = new FlatVectors(this);
      view.maxNorm = norm;
      return view;
    }

    /** Forgets all but the first {@code count} vectors. */
    void truncate(int count) {
      size = count;
    }

    /**
     * The array in which the next vector goes, grown if need be; views keep the arrays they had.
     */
    private float[] slot() {
      int chunk = size >>> shift;
      if (chunk == chunks.length) {
        chunks = Arrays.copyOf(chunks, chunk + 1);
        chunks[chunk] = new float[stride << shift];
      }
      int needed = offset() + stride;
      if (chunks[chunk].length < needed) {
        long doubled = Math.min(2L * chunks[chunk].length, (long) stride << shift);
        chunks = chunks.clone();
        chunks[chunk] = Arrays.copyOf(chunks[chunk], (int) Math.max(doubled, needed));
      }
      return chunks[chunk];
    }

    private int offset() {
      return (size & ((1 << shift) - 1)) * stride;
    }
  }
}
