package dev.knit.table;

/**
 * The rows that a search found, nearest first. A searcher returns the same instance each time; it
 * holds until that searcher's next search.
 */
public final class Hits {
  private int[] segments = new int[0];
  private int[] rows = new int[0];
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

  void clear(int capacity) {
    if (rows.length < capacity) {
      segments = new int[capacity];
      rows = new int[capacity];
      distances = new float[capacity];
    }
    size = 0;
  }

  void add(int segment, int row, float distance) {
    segments[size] = segment;
    rows[size] = row;
    distances[size++] = distance;
  }

  /** The {@code k} nearest of two lists, the first before the second where they tie. */
  void merge(Hits a, Hits b, int k) {
    clear(Math.min(k, a.size + b.size));
    int i = 0;
    int j = 0;
    while (size < k && (i < a.size || j < b.size)) {
      boolean first = j == b.size || (i < a.size && a.distances[i] <= b.distances[j]);
      Hits from = first ? a : b;
      int rank = first ? i++ : j++;
      add(from.segments[rank], from.rows[rank], from.distances[rank]);
    }
  }
}
