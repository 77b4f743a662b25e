package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;

/** Measures all nodes that a filter allows. For one thread. */
final class FilterScan {
  private final Metric metric;
  private final int[] batch = new int[Distances.RANGE];
  private final float[] keys = new float[Distances.RANGE];

  FilterScan(Metric metric) {
    this.metric = metric;
  }

  /** Leaves the k nearest allowed nodes within the range in {@code beam}. */
  void run(Beam beam, Distances distances, SearchOptions options, NodeFilter filter) {
    float bound = start(beam, options, filter.count());
    int node = filter.next(0);
    while (node >= 0) {
      int count = 0;
      for (; node >= 0 && count < batch.length; node = filter.next(node + 1)) {
        batch[count++] = node;
      }
      distances.to(batch, 0, count, keys);
      for (int i = 0; i < count; i++) {
        if (metric.distance(keys[i]) <= bound) {
          beam.add(batch[i], keys[i]);
        }
      }
    }
  }

  /** Empties the beam and returns the distance beyond which nothing need be kept. */
  static float start(Beam beam, SearchOptions options, int count) {
    beam.reset(Math.min(options.k(), count));
    return options.negatives() == null ? options.maxDistance() : Float.POSITIVE_INFINITY;
  }
}
