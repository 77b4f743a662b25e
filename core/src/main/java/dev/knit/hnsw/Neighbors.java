package dev.knit.hnsw;

/**
 * The nodes that a search found, nearest first. A searcher returns the same instance each time; it
 * holds until that searcher's next search.
 */
public final class Neighbors {
  private int[] nodes = new int[0];
  private float[] orders = new float[0];
  private float[] distances = new float[0];
  private int size;

  Neighbors() {}

  /** How many were found. */
  public int size() {
    return size;
  }

  /** The node at {@code rank}, from 0. */
  public int node(int rank) {
    return nodes[rank];
  }

  /** Its distance, as {@link dev.knit.vector.Metric} defines it for users. */
  public float distance(int rank) {
    return distances[rank];
  }

  /**
   * What results are ordered by, which compares between graphs: the distance, or with negatives
   * that from the vector which stands for query and negatives.
   */
  public float order(int rank) {
    return orders[rank];
  }

  void clear(int capacity) {
    if (nodes.length < capacity) {
      nodes = new int[capacity];
      orders = new float[capacity];
      distances = new float[capacity];
    }
    size = 0;
  }

  void add(int node, float order, float distance) {
    nodes[size] = node;
    orders[size] = order;
    distances[size++] = distance;
  }
}
