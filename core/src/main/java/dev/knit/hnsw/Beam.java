package dev.knit.hnsw;

import java.util.Arrays;

/**
 * The nearest nodes found so far, nearest first, each open or expanded: W and C of Algorithm 2 in
 * one sorted array, since a candidate that is not among the nearest is never expanded. The mark of
 * an entry means expanded; ties go to the lower node. For one thread.
 */
final class Beam {
  private long[] entries = new long[64];
  private int capacity;
  private int size;
  private int next;
  private Stop stop = Stop.NEVER;
  private long expansions;

  /** Empties the beam and lets it hold the {@code capacity} nearest; memory grows as they come. */
  void reset(int capacity) {
    this.capacity = capacity;
    size = 0;
    next = 0;
    stop = Stop.NEVER;
  }

  /** Leaves nodes behind {@code bound} unexpanded until the next reset. */
  void stop(Stop bound) {
    stop = bound;
  }

  int size() {
    return size;
  }

  /** The entry at {@code rank}, without a mark. */
  long entry(int rank) {
    return entries[rank] & ~Entries.MARK;
  }

  int node(int rank) {
    return Entries.node(entries[rank]);
  }

  float key(int rank) {
    return Entries.key(entries[rank]);
  }

  /** Nodes at larger keys would not be kept, or not be expanded; those there are may go now. */
  float limit() {
    float bound = stop.bound(this);
    while (size > stop.kept() && key(size - 1) > bound) {
      size--;
    }
    return size < capacity ? bound : Math.min(bound, key(size - 1));
  }

  /** Adds a node that is not in the beam, unless {@code capacity} nearer ones are. */
  void add(int node, float key) {
    long entry = Entries.of(node, key);
    if (size == capacity) {
      if (entry >= entries[size - 1]) {
        return;
      }
      size--;
    } else if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    int at = position(entry);
    System.arraycopy(entries, at, entries, at + 1, size - at);
    entries[at] = entry;
    size++;
    next = Math.min(next, at);
  }

  /**
   * Marks the nearest open node among the {@code limit} nearest as expanded; −1 if there is none,
   * or it is where the search stops.
   */
  int expandNext(int limit) {
    int end = Math.min(limit, size);
    while (next < end) {
      long entry = entries[next];
      if (!Entries.marked(entry)) {
        if (Entries.key(entry) > stop.bound(this)) {
          return -1;
        }
        entries[next++] = entry | Entries.MARK;
        expansions++;
        return Entries.node(entry);
      }
      next++;
    }
    return -1;
  }

  /** How many nodes were expanded since this was made. */
  long expansions() {
    return expansions;
  }

  /** The key of the node that {@link #expandNext} marked last, until the beam changes. */
  float expandedKey() {
    return key(next - 1);
  }

  /** Opens all nodes again, as entry points (ep) of the next level. */
  void reopen() {
    for (int i = 0; i < size; i++) {
      entries[i] &= ~Entries.MARK;
    }
    next = 0;
  }

  /** Keeps only what {@code filter} allows, and of that the {@code capacity} nearest. */
  void retain(NodeFilter filter, int capacity) {
    this.capacity = capacity;
    int kept = 0;
    for (int i = 0; i < size && kept < capacity; i++) {
      if (filter.allows(Entries.node(entries[i]))) {
        entries[kept++] = entries[i];
      }
    }
    size = kept;
    next = 0;
  }

  /** How many entries are below {@code entry}, by a search without branches to be guessed. */
  private int position(long entry) {
    int low = 0;
    for (int left = size; left > 0; ) {
      int half = (left + 1) >>> 1;
      low += entries[low + half - 1] < entry ? half : 0;
      left -= half;
    }
    return low;
  }
}
