package dev.knit.table;

import java.util.Arrays;

/** The rows that a search of a {@link LiveIndex} found, nearest first. Immutable. */
public final class LiveHits {
  private final Object[] ids;
  private final float[] distances;

  private LiveHits(Object[] ids, float[] distances) {
    this.ids = ids;
    this.distances = distances;
  }

  /** How many were found. */
  public int size() {
    return ids.length;
  }

  /** The id at {@code rank}, from 0: an Integer, Long or String, as the schema says. */
  public Object id(int rank) {
    return ids[rank];
  }

  /** Its distance, as {@link dev.knit.vector.Metric} defines it for users. */
  public float distance(int rank) {
    return distances[rank];
  }

  @Override
  public String toString() {
    return Arrays.toString(ids) + " at " + Arrays.toString(distances);
  }

  /** Collects at most a number of hits; for one thread. */
  static final class Builder {
    private final Object[] ids;
    private final float[] distances;
    private int size;

    Builder(int capacity) {
      ids = new Object[capacity];
      distances = new float[capacity];
    }

    boolean isFull() {
      return size == ids.length;
    }

    void add(Object id, float distance) {
      ids[size] = id;
      distances[size++] = distance;
    }

    LiveHits build() {
      return new LiveHits(Arrays.copyOf(ids, size), Arrays.copyOf(distances, size));
    }
  }
}
