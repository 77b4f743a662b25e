package dev.knit.vector;

import java.util.Arrays;

/** Measures over {@link FlatVectors}, four at a time. */
final class FlatDistances extends Distances {
  private final FlatVectors vectors;
  private final int length;
  private final DistanceKernel fromQuery;
  private final DistanceKernel fromNode;
  private final float[] query;
  private final float[] four = new float[4];
  private DistanceKernel kernel;
  private float[] origin;
  private int originOffset;

  /** Keeps the reads of {@link #touch} from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private float touched;

  FlatDistances(FlatVectors vectors) {
    this.vectors = vectors;
    this.length = vectors.stride();
    this.fromQuery = VectorKernels.best().fromQuery(vectors.metric());
    this.fromNode = VectorKernels.best().fromNode(vectors.metric());
    this.query = new float[length];
  }

  @Override
  public void fromQuery(float[] values) {
    VectorCheck.check(values, vectors.dimension(), vectors.metric());
    Arrays.fill(query, 0);
    Prepared.write(vectors.metric(), values, query, 0);
    kernel = fromQuery;
    origin = query;
    originOffset = 0;
  }

  @Override
  public void fromNode(int node) {
    kernel = fromNode;
    origin = vectors.chunk(node);
    originOffset = vectors.offset(node);
  }

  @Override
  protected void measure(int[] nodes, int from, int count, float[] out) {
    touch(nodes, from, count);
    int last = count - 1;
    for (int i = 0; i < count; i += 4) {
      int i1 = Math.min(i + 1, last); // one to three at the end are measured as four
      int i2 = Math.min(i + 2, last);
      int i3 = Math.min(i + 3, last);
      int n0 = nodes[from + i];
      int n1 = nodes[from + i1];
      int n2 = nodes[from + i2];
      int n3 = nodes[from + i3];
      kernel.four(
          origin,
          originOffset,
          vectors.chunk(n0),
          vectors.offset(n0),
          vectors.chunk(n1),
          vectors.offset(n1),
          vectors.chunk(n2),
          vectors.offset(n2),
          vectors.chunk(n3),
          vectors.offset(n3),
          length,
          four,
          0);
      out[i] = four[0];
      out[i1] = four[1];
      out[i2] = four[2];
      out[i3] = four[3];
    }
  }

  @Override
  protected float measure(int node) {
    return kernel.one(origin, originOffset, vectors.chunk(node), vectors.offset(node), length);
  }

  /** Reads the begin of each vector first, so that the waits for them overlap. */
  private void touch(int[] nodes, int from, int count) {
    float sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += vectors.chunk(nodes[i])[vectors.offset(nodes[i])];
    }
    touched = sum;
  }
}
