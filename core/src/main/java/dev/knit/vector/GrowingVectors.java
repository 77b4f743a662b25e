package dev.knit.vector;

/**
 * Float32 vectors to which more are added while others read those that were there. No two are
 * equal.
 *
 * <p>One thread at a time adds. A {@link #view} may be given to any number of threads by a safe
 * publication, for example a volatile field: what is added later goes behind it or to other arrays.
 * Only {@link #reserve} writes to vectors of a view: the component that {@code inner_product} adds,
 * which is of no account to distances from a query, because the query's is 0.
 */
public final class GrowingVectors {
  /** How much longer than the longest vector R is taken, so that R seldom has to grow. */
  private static final double MARGIN = 1.25;

  private final Metric metric;
  private final FlatVectors.Builder builder;
  private VectorSet set; // null until needed
  private double square; // R²

  private GrowingVectors(FlatVectors start, float maxNorm) {
    this.metric = start.metric();
    this.builder = start.continued();
    if (metric == Metric.INNER_PRODUCT) {
      square = Prepared.augment(start, maxNorm);
    }
  }

  /** None yet; R of {@code inner_product} is at least {@code maxNorm}. */
  public static GrowingVectors empty(Metric metric, int dimension, float maxNorm) {
    return new GrowingVectors(FlatVectors.builder(metric, dimension, 1).build(), maxNorm);
  }

  /**
   * Begins with the vectors of {@code start}, which nobody else may measure between from now on; R
   * of {@code inner_product} is at least {@code maxNorm}.
   */
  public static GrowingVectors of(FlatVectors start, float maxNorm) {
    return new GrowingVectors(start, maxNorm);
  }

  /** How many vectors there are. */
  public int size() {
    return builder.size();
  }

  /** The vectors that there are now. */
  public FlatVectors view() {
    return builder.view(Math.sqrt(square));
  }

  /**
   * R of {@code inner_product}, or 0 under other metrics: no vector is longer.
   *
   * @see FlatVectors.Builder#maxNorm
   */
  public float maxNorm() {
    float norm = (float) Math.sqrt(square);
    return (double) norm * norm < square ? Math.nextUp(norm) : norm;
  }

  /**
   * Makes R of {@code inner_product} large enough for {@code vectors}. When it grows, all vectors
   * are written and distances between them change.
   *
   * @return whether it grew; never under other metrics
   */
  public boolean reserve(float[]... vectors) {
    double longest = 0;
    for (float[] vector : vectors) {
      longest = Math.max(longest, Prepared.square(vector));
    }
    if (metric != Metric.INNER_PRODUCT || longest <= square) {
      return false;
    }
    square = Prepared.augment(view(), (float) (Math.sqrt(longest) * MARGIN));
    return true;
  }

  /**
   * Adds a copy of {@code vector}, which must have been reserved for, unless there is an equal one.
   * The first call looks at all vectors that there are.
   *
   * @return the node of the vector, {@code size() − 1} when it is new
   * @throws IllegalArgumentException when its length is not the dimension, a value is not finite,
   *     or it is all zero under {@code cosine}
   */
  public int add(float[] vector) {
    if (set == null) {
      set = index(view());
    }
    builder.add(vector);
    FlatVectors view = view();
    int last = view.size() - 1;
    int node = set.add(view, last);
    if (node != last) {
      builder.truncate(last);
    } else if (metric == Metric.INNER_PRODUCT) {
      Prepared.augment(view, last, square);
    }
    return node;
  }

  /** Forgets all but the first {@code size} vectors; the next that is added takes longer. */
  public void truncate(int size) {
    builder.truncate(size);
    set = null;
  }

  private static VectorSet index(FlatVectors vectors) {
    VectorSet set = new VectorSet(vectors.size());
    for (int node = 0; node < vectors.size(); node++) {
      set.add(vectors, node);
    }
    return set;
  }
}
