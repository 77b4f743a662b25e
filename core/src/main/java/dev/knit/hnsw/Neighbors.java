package dev.knit.hnsw;

/**
 * The nodes that a search found, nearest first. A searcher returns the same instance each time; it
 * holds until that searcher's next search.
 */
public final class Neighbors {
  private int[] nodes = new int[0];
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

  void clear(int capacity) {
    if (nodes.length < capacity) {
      nodes = new int[capacity];
      distances = new float[capacity];
    }
    size = 0;
  }

  void add(int node, float distance) {
    nodes[size] = node;
    distances[size++] = distance;
  }
}
