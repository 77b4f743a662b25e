package dev.knit.hnsw;

import dev.knit.vector.Distances;

/** Measures all nodes that a filter allows. For one thread. */
final class FilterScan {
  private final Distances distances;
  private final int[] batch = new int[Distances.RANGE];
  private final float[] keys = new float[Distances.RANGE];

  FilterScan(Distances distances) {
    this.distances = distances;
  }

  /** Leaves the {@code k} nearest allowed nodes in {@code beam}. */
  void run(Beam beam, int k, NodeFilter filter) {
    beam.reset(Math.min(k, filter.count()));
    int node = filter.nodes().nextSetBit(0);
    while (node >= 0) {
      int count = 0;
      for (; node >= 0 && count < batch.length; node = filter.nodes().nextSetBit(node + 1)) {
        batch[count++] = node;
      }
      distances.to(batch, 0, count, keys);
      for (int i = 0; i < count; i++) {
        beam.add(batch[i], keys[i]);
      }
    }
  }
}
