package dev.knit.vector;

/** Measures Manhattan distance to the x̂ of {@link QuantizedVectors}. */
final class QuantizedL1Distances extends Distances {
  private final QuantizedVectors vectors;
  private final DistanceKernel kernel = VectorKernels.best().l1();
  private final float[] origin;
  private final float[] target;

  QuantizedL1Distances(QuantizedVectors vectors) {
    this.vectors = vectors;
    this.origin = new float[vectors.codeLength()];
    this.target = new float[vectors.codeLength()];
  }

  @Override
  public void fromQuery(float[] query) {
    VectorCheck.check(query, vectors.dimension(), vectors.metric());
    Prepared.write(vectors.metric(), query, origin, 0);
  }

  @Override
  public void fromNode(int node) {
    vectors.decode(node, origin);
  }

  @Override
  protected void measure(int[] nodes, int from, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = measure(nodes[from + i]);
    }
  }

  @Override
  protected float measure(int node) {
    vectors.decode(node, target);
    return kernel.one(origin, 0, target, 0, target.length);
  }
}
