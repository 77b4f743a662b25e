package dev.knit.hnsw;

import dev.knit.vector.Metric;

/**
 * How wide the beam of a search gets: ef, then twice as wide as long as the k nearest change, or as
 * long as a range search finds nothing outside of its range. For one thread.
 */
final class Growth {
  private final Metric metric;
  private SearchOptions options;
  private int limit;
  private int[] answers = new int[0];
  private int answered;

  Growth(Metric metric) {
    this.metric = metric;
  }

  /** The width to begin with, in a graph of {@code size} nodes. */
  int start(SearchOptions options, int size) {
    this.options = options;
    limit = Math.min(size, options.ranged() ? options.k() : options.maxEf());
    answered = 0;
    return Math.min(options.ef(), limit);
  }

  /** The widest the beam can get. */
  int limit() {
    return limit;
  }

  /** The next width after {@code width}, when the beam has been expanded that far; 0 to stop. */
  int next(Beam beam, int width) {
    boolean on = options.ranged() ? allWithin(beam, width) : changed(beam);
    return width < limit && on ? (int) Math.min(limit, 2L * width) : 0;
  }

  private boolean allWithin(Beam beam, int width) {
    return beam.size() >= width && metric.distance(beam.key(width - 1)) <= options.maxDistance();
  }

  private boolean changed(Beam beam) {
    if (limit <= options.ef()) {
      return false;
    }
    int count = Math.min(options.k(), beam.size());
    if (answers.length < count) {
      answers = new int[count];
    }
    boolean changed = count != answered;
    for (int rank = 0; rank < count; rank++) {
      changed |= answers[rank] != beam.node(rank);
      answers[rank] = beam.node(rank);
    }
    answered = count;
    return changed;
  }
}
