package dev.knit.vector;

/** Measures over {@link BufferVectors}, after copying each to the heap. */
final class BufferDistances extends Distances {
  private final BufferVectors vectors;
  private final DistanceKernel fromQuery;
  private final DistanceKernel fromNode;
  private final float[] origin;
  private final float[] target;
  private DistanceKernel kernel;

  BufferDistances(BufferVectors vectors) {
    this.vectors = vectors;
    this.fromQuery = VectorKernels.best().fromQuery(vectors.metric());
    this.fromNode = VectorKernels.best().fromNode(vectors.metric());
    int length = VectorKernels.padded(vectors.dimension() + 1);
    this.origin = new float[length];
    this.target = new float[length];
  }

  @Override
  public void fromQuery(float[] query) {
    VectorCheck.check(query, vectors.dimension(), vectors.metric());
    Prepared.write(vectors.metric(), query, origin, 0);
    origin[vectors.dimension()] = 0;
    kernel = fromQuery;
  }

  @Override
  public void fromNode(int node) {
    read(node, origin);
    kernel = fromNode;
  }

  @Override
  protected void measure(int[] nodes, int from, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = measure(nodes[from + i]);
    }
  }

  @Override
  protected float measure(int node) {
    read(node, target);
    return kernel.one(origin, 0, target, 0, origin.length);
  }

  private void read(int node, float[] out) {
    vectors.copy(node, out);
    if (vectors.metric() == Metric.INNER_PRODUCT) {
      out[vectors.dimension()] = Prepared.augmentation(out, vectors.dimension(), vectors.maxNorm());
    }
  }
}
