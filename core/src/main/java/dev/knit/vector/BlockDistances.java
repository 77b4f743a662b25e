package dev.knit.vector;

/**
 * Measures from many queries to a block of vectors that is read once for all of them, so that
 * memory is not what they wait for. Keys are those of {@link Distances}. For one thread.
 */
public final class BlockDistances {
  private final VectorValues vectors;
  private final DistanceKernel kernel;
  private final int length;
  private final float[][] queries;
  private final float[] block;
  private final float[] vector;
  private int count;
  private long computed;

  /**
   * Measures from {@code queries}.
   *
   * @param vectors exact ones
   * @throws IllegalArgumentException as for {@link Distances#fromQuery}
   */
  public BlockDistances(VectorValues vectors, float[][] queries) {
    this.vectors = vectors;
    this.kernel = VectorKernels.best().fromQuery(vectors.metric());
    this.length = VectorKernels.padded(vectors.dimension() + 1);
    this.queries = new float[queries.length][length];
    for (int i = 0; i < queries.length; i++) {
      VectorCheck.check(queries[i], vectors.dimension(), vectors.metric());
      Prepared.write(vectors.metric(), queries[i], this.queries[i], 0);
    }
    this.block = new float[Distances.RANGE * length];
    this.vector = new float[vectors.dimension()];
  }

  /** Reads the vectors of {@code nodes[0 … size)}; at most {@link Distances#RANGE}. */
  public void read(int[] nodes, int size) {
    for (int i = 0; i < size; i++) {
      vectors.copy(nodes[i], vector);
      System.arraycopy(vector, 0, block, i * length, vector.length);
    }
    count = size;
  }

  /** Writes the keys of the vectors that were read, from the query of that number. */
  public void from(int query, float[] out) {
    computed += count;
    float[] origin = queries[query];
    int whole = count - count % 4;
    for (int i = 0; i < whole; i += 4) {
      int at = i * length;
      kernel.four(
          origin,
          0,
          block,
          at,
          block,
          at + length,
          block,
          at + 2 * length,
          block,
          at + 3 * length,
          length,
          out,
          i);
    }
    for (int i = whole; i < count; i++) {
      out[i] = kernel.one(origin, 0, block, i * length, length);
    }
  }

  /** How many distances were measured. */
  public long computed() {
    return computed;
  }
}
