package dev.knit.vector;

/** Collects vectors of which no two are equal, keeping none of the copies. For one thread. */
public final class DistinctBuilder {
  private static final int FIRST = 1024;
  private final FlatVectors.Builder builder;
  private final VectorSet set = new VectorSet(FIRST);

  /**
   * A builder for vectors of {@code dimension} floats.
   *
   * @param maxNorm see {@link FlatVectors.Builder#maxNorm}
   */
  public DistinctBuilder(Metric metric, int dimension, float maxNorm) {
    builder = FlatVectors.builder(metric, dimension, FIRST).maxNorm(maxNorm);
  }

  /** How many different vectors were added. */
  public int size() {
    return builder.size();
  }

  /**
   * Adds a copy of {@code vector} unless there is an equal one.
   *
   * @return its node, {@code size() − 1} when it is new
   * @throws IllegalArgumentException as {@link FlatVectors.Builder#add}
   */
  public int add(float[] vector) {
    builder.add(vector);
    int last = builder.size() - 1;
    int node = set.add(builder.view(), last);
    if (node != last) {
      builder.truncate(last);
    }
    return node;
  }

  /** The vectors, in order of first appearance. The builder must not be used afterwards. */
  public FlatVectors build() {
    return builder.build();
  }
}
