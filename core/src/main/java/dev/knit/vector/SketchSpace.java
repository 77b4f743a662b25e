package dev.knit.vector;

import java.util.Arrays;

/**
 * Where sketches are made: the sketch of an edge from c to x holds the signs of x − c after a
 * random rotation, one bit per dimension, at most {@value #MAX_BITS}, and two factors. From a key
 * at c it estimates the key at x without reading x (RaBitQ, Gao and Long, arXiv:2405.12497, §3;
 * with every node as the center of its neighbors as in SymphonyQG, arXiv:2411.12229, §3).
 *
 * <p>With e = x − c, v = q − c, b the signs of Re: ⟨e, v⟩ is about ‖e‖² ⟨b, Rv⟩ / ⟨b, Re⟩, so that
 * ‖q − x‖² = ‖q − c‖² + ‖e‖² − 2⟨e, v⟩ and −⟨q, x⟩ = −⟨q, c⟩ − ⟨e, v⟩ − ⟨c, e⟩ are the key at c,
 * plus a term known beforehand, less a factor times ⟨b, Rq⟩. Rotated vectors are those less the
 * mean of all, which changes no difference. Immutable and safe for use by many threads.
 */
public final class SketchSpace {
  /** The most bits; the error of an estimate falls with their root. */
  public static final int MAX_BITS = 256;

  private static final long SEED = 0x5EED;
  private static final int MEAN_SAMPLE = 4096;

  private final Metric metric;
  private final int dimension;
  private final int bits;
  private final float[] mean;
  private final Rotation rotation;

  private SketchSpace(VectorValues vectors) {
    metric = vectors.metric();
    dimension = vectors.dimension();
    bits = Math.min(dimension, MAX_BITS);
    mean = mean(vectors.exact());
    rotation = new Rotation(dimension, SEED);
  }

  /**
   * The space for sketches of these vectors.
   *
   * @throws IllegalArgumentException under {@code l1}, which no rotation leaves as it is
   */
  public static SketchSpace of(VectorValues vectors) {
    if (vectors.metric() == Metric.L1) {
      throw new IllegalArgumentException(
          "Sketches estimate l2, cosine and inner_product, not l1; search without them.");
    }
    return new SketchSpace(vectors);
  }

  private static float[] mean(VectorValues vectors) {
    double[] sums = new double[vectors.dimension()];
    float[] vector = new float[vectors.dimension()];
    int sample = Math.min(vectors.size(), MEAN_SAMPLE);
    for (int i = 0; i < sample; i++) {
      vectors.copy((int) ((long) i * vectors.size() / sample), vector);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += vector[j];
      }
    }
    float[] mean = new float[sums.length];
    for (int j = 0; j < sums.length && sample > 0; j++) {
      mean[j] = (float) (sums[j] / sample);
    }
    return mean;
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

  /** R(x − mean) as {@link #bits} floats, of a vector as the metric stores it. */
  public float[] project(float[] vector) {
    float[] rotated = vector.clone();
    rotate(rotated);
    return bits == dimension ? rotated : Arrays.copyOf(rotated, bits);
  }

  /** Rotates in place. */
  void rotate(float[] vector) {
    for (int i = 0; i < dimension; i++) {
      vector[i] -= mean[i];
    }
    rotation.apply(vector);
  }
}
