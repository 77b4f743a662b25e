package dev.knit.table;

import java.util.Arrays;

/**
 * The rows that a search found, nearest first, or with negatives in their order. A searcher returns
 * the same instance each time; it holds until that searcher's next search.
 */
public final class Hits {
  private int[] segments = new int[0];
  private int[] rows = new int[0];
  private float[] orders = new float[0]; // see Neighbors
  private float[] distances = new float[0];
  private int size;

  Hits() {}

  /** How many were found. */
  public int size() {
    return size;
  }

  /** The place in the searcher's list of the segment that the row at {@code rank} is in. */
  public int segment(int rank) {
    return segments[rank];
  }

  /** The row at {@code rank}, from 0, as its segment numbers it. */
  public int row(int rank) {
    return rows[rank];
  }

  /** Its distance, as {@link dev.knit.vector.Metric} defines it for users. */
  public float distance(int rank) {
    return distances[rank];
  }

  /**
   * What the row at {@code rank} comes by: the smallest first, then those of the segment that is
   * searched first. It is of use only beside those of the same query.
   */
  public float order(int rank) {
    return orders[rank];
  }

  void clear() {
    size = 0;
  }

  void add(int segment, int row, float order, float distance) {
    if (size == rows.length) {
      grow(Math.max(16, 2 * size));
    }
    segments[size] = segment;
    rows[size] = row;
    orders[size] = order;
    distances[size++] = distance;
  }

  private void grow(int capacity) {
    segments = Arrays.copyOf(segments, capacity);
    rows = Arrays.copyOf(rows, capacity);
    orders = Arrays.copyOf(orders, capacity);
    distances = Arrays.copyOf(distances, capacity);
  }

  /** The {@code k} first of two lists in order, one of the first before one of the second. */
  void merge(Hits a, Hits b, int k) {
    clear();
    int i = 0;
    int j = 0;
    while (size < k && (i < a.size || j < b.size)) {
      boolean first = j == b.size || (i < a.size && a.orders[i] <= b.orders[j]);
      Hits from = first ? a : b;
      int rank = first ? i++ : j++;
      add(from.segments[rank], from.rows[rank], from.orders[rank], from.distances[rank]);
    }
  }
}
