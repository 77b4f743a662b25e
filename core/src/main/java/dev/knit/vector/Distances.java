package dev.knit.vector;

/**
 * Measures from one origin, a query or a stored vector, to stored vectors, and counts what it
 * measured. Results are keys as {@link Metric} describes: from a query they order like the metric;
 * from a node they are what a graph is built by, which for {@code inner_product} is the squared
 * Euclidean distance in the norm-augmented space (Neyshabur and Srebro, arXiv:1410.5518, §3), where
 * the nearest neighbours of a query are those of largest dot product.
 *
 * <p>Not thread-safe: one instance per thread.
 */
public abstract class Distances {
  private final int[] range = new int[RANGE];
  private long computed;

  /** The most vectors {@link #toRange} measures in one call. */
  public static final int RANGE = 256;

  /** For implementations. */
  protected Distances() {}

  /** How many distances this instance has measured. */
  public final long computed() {
    return computed;
  }

  /**
   * Measures from {@code query} from now on; it is copied.
   *
   * @throws IllegalArgumentException when its length is not the dimension, a value is not finite,
   *     or it is all zero under {@code cosine}
   */
  public abstract void fromQuery(float[] query);

  /** Measures from the vector of {@code node} from now on. */
  public abstract void fromNode(int node);

  /** Writes the key of {@code nodes[from + i]} to {@code out[i]} for {@code 0 ≤ i < count}. */
  public final void to(int[] nodes, int from, int count, float[] out) {
    computed += count;
    measure(nodes, from, count, out);
  }

  /** The key of one node. */
  public final float to(int node) {
    computed++;
    return measure(node);
  }

  /** Writes the keys of {@code first … first + count − 1} to {@code out}; {@code count ≤ RANGE}. */
  public final void toRange(int first, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      range[i] = first + i;
    }
    to(range, 0, count, out);
  }

  /** The uncounted form of {@link #to(int[], int, int, float[])}. */
  protected abstract void measure(int[] nodes, int from, int count, float[] out);

  /** The uncounted form of {@link #to(int)}. */
  protected abstract float measure(int node);
}
