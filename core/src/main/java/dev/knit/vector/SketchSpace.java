package dev.knit.vector;

/**
 * Where sketches are made: the sketch of an edge from c to x holds the signs of x − c after a
 * random rotation, one bit per dimension, at most {@value #MAX_BITS}, and two factors. From a key
 * at c it estimates the key at x without reading x (RaBitQ, Gao and Long, arXiv:2405.12497, §3;
 * with every node as the center of its neighbors as in SymphonyQG, arXiv:2411.12229, §3).
 *
 * <p>With e = x − c, v = q − c, b the signs of Re: ⟨e, v⟩ is about ‖e‖² ⟨b, Rv⟩ / ⟨b, Re⟩, so that
 * ‖q − x‖² = ‖q − c‖² + ‖e‖² − 2⟨e, v⟩ and −⟨q, x⟩ = −⟨q, c⟩ − ⟨e, v⟩ − ⟨c, e⟩ are the key at c,
 * plus a term known beforehand, less a factor times ⟨b, Rq⟩. Rotated vectors are those less the
 * mean of all, which changes no difference, and kept as {@link Projections}. Immutable and safe for
 * use by many threads.
 */
public final class SketchSpace {
  /** The most bits; the error of an estimate falls with their root. */
  public static final int MAX_BITS = 256;

  private static final long SEED = 0x5EED;
  private static final int SAMPLE = 4096;

  /** Steps in the root mean square of a component; the largest of many is about five of these. */
  private static final float STEPS = Projections.LARGEST / 6f;

  private final Metric metric;
  private final double radius; // R where vectors are augmented, else 0
  private final int dimension;
  private final int bits;
  private final float[] mean;
  private final Rotation rotation;
  private final float step;

  private SketchSpace(VectorValues vectors, boolean betweenNodes) {
    if (vectors.metric() == Metric.L1) {
      throw new IllegalArgumentException(
          "Sketches estimate l2, cosine and inner_product, not l1; search without them.");
    }
    boolean augmented = betweenNodes && vectors.metric() == Metric.INNER_PRODUCT;
    metric = augmented ? Metric.L2 : vectors.metric();
    radius = augmented ? vectors.maxNorm() : 0;
    dimension = vectors.dimension() + (augmented ? 1 : 0);
    bits = Math.min(dimension, MAX_BITS);
    rotation = new Rotation(dimension, SEED);
    float[][] sample = sample(vectors.exact());
    mean = mean(sample);
    step = step(sample);
  }

  /**
   * The space in which keys from a query are estimated.
   *
   * @throws IllegalArgumentException under {@code l1}, which no rotation leaves as it is
   */
  public static SketchSpace of(VectorValues vectors) {
    return new SketchSpace(vectors, false);
  }

  /**
   * The space in which keys from a node are estimated, see {@link Distances}.
   *
   * @throws IllegalArgumentException under {@code l1}
   */
  public static SketchSpace betweenNodes(VectorValues vectors) {
    return new SketchSpace(vectors, true);
  }

  private float[][] sample(VectorValues vectors) {
    float[][] sample = new float[Math.min(vectors.size(), SAMPLE)][dimension];
    for (int i = 0; i < sample.length; i++) {
      copy(vectors, (int) ((long) i * vectors.size() / sample.length), sample[i]);
    }
    return sample;
  }

  private float[] mean(float[][] sample) {
    float[] means = new float[dimension];
    for (int j = 0; j < dimension && sample.length > 0; j++) {
      double sum = 0;
      for (float[] vector : sample) {
        sum += vector[j];
      }
      means[j] = (float) (sum / sample.length);
    }
    return means;
  }

  private float step(float[][] sample) {
    double squares = 0;
    for (float[] vector : sample) {
      for (int j = 0; j < dimension; j++) {
        double difference = (double) vector[j] - mean[j];
        squares += difference * difference;
      }
    }
    double each = squares / Math.max(1, (long) sample.length * dimension);
    return Math.max(Float.MIN_NORMAL, (float) Math.sqrt(each) / STEPS);
  }

  /** Writes what is rotated of {@code node}: its vector, augmented where the space wants it. */
  private void copy(VectorValues vectors, int node, float[] out) {
    vectors.copy(node, out);
    if (radius > 0) {
      int last = dimension - 1;
      out[last] = 0;
      out[last] = (float) Math.sqrt(Math.max(0, radius * radius - Prepared.square(out)));
    }
  }

  Metric metric() {
    return metric;
  }

  int dimension() {
    return dimension;
  }

  int bits() {
    return bits;
  }

  /** The distance between two integers of {@link Projections}. */
  float step() {
    return step;
  }

  /** Ints that hold the bits of one sketch. */
  int words() {
    return (bits + Integer.SIZE - 1) / Integer.SIZE;
  }

  /** How many edges a block for {@code slots} edges has room for. */
  static int stride(int slots) {
    return (slots + SketchKernel.LANES - 1) / SketchKernel.LANES * SketchKernel.LANES;
  }

  /** Ints in the block of a node with at most {@code slots} edges, see {@link SketchWriter}. */
  public int blockLength(int slots) {
    return stride(slots) * (words() + 2);
  }

  /** R(x − mean) of the vector of a node, in {@code out}, which has {@link #dimension} floats. */
  void project(VectorValues vectors, int node, float[] out) {
    copy(vectors, node, out);
    rotate(out);
  }

  /** Rotates in place. */
  void rotate(float[] vector) {
    for (int i = 0; i < dimension; i++) {
      vector[i] -= mean[i];
    }
    rotation.apply(vector);
  }
}
