package dev.knit.hnsw;

import dev.knit.vector.BlockDistances;
import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/** Measures all, or all allowed, vectors from many queries at once. For one thread. */
final class ExactBlock {
  private final Metric metric;
  private final int size;
  private final SearchOptions options;
  private final NodeFilter filter;
  private final BlockDistances distances;
  private final Beam[] beams;
  private final int[] batch = new int[Distances.RANGE];
  private final float[] keys = new float[Distances.RANGE];
  private final float bound;

  ExactBlock(VectorValues vectors, float[][] queries, SearchOptions options, NodeFilter filter) {
    this.metric = vectors.metric();
    this.size = vectors.size();
    this.options = options;
    this.filter = filter;
    this.distances = new BlockDistances(vectors, queries);
    this.beams = new Beam[queries.length];
    Arrays.setAll(beams, i -> new Beam());
    this.bound = start();
  }

  /** The beam of each query, with its nearest. */
  Beam[] run() {
    int next = next(0);
    while (next >= 0) {
      int count = 0;
      for (; next >= 0 && count < batch.length; next = next(next + 1)) {
        batch[count++] = next;
      }
      distances.read(batch, count);
      for (int query = 0; query < beams.length; query++) {
        distances.from(query, keys);
        add(beams[query], count);
      }
    }
    return beams;
  }

  long computed() {
    return distances.computed();
  }

  private float start() {
    float farthest = Float.POSITIVE_INFINITY;
    for (Beam beam : beams) {
      farthest = FilterScan.start(beam, options, filter == null ? size : filter.count());
    }
    return farthest;
  }

  private int next(int node) {
    if (filter != null) {
      return filter.next(node);
    }
    return node < size ? node : -1;
  }

  private void add(Beam beam, int count) {
    boolean unbounded = bound == Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if (unbounded || metric.distance(keys[i]) <= bound) {
        beam.add(batch[i], keys[i]);
      }
    }
  }
}
