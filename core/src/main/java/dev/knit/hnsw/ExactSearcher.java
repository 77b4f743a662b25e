package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * Finds the truly nearest nodes by measuring all of them.
 *
 * <p>Not thread-safe: one searcher per thread.
 */
public final class ExactSearcher {
  private final VectorValues vectors;
  private final Distances distances;
  private final Beam beam = new Beam();
  private final FilterScan scan;
  private final float[] keys = new float[Distances.RANGE];
  private final Neighbors neighbors = new Neighbors();

  /** A searcher of {@code vectors}. */
  public ExactSearcher(VectorValues vectors) {
    this.vectors = vectors;
    this.distances = vectors.distances();
    this.scan = new FilterScan(distances);
  }

  /**
   * The {@code k} nodes nearest to {@code query}, nearest first, ties by node; fewer when there are
   * fewer. The result holds until the next call.
   *
   * @throws IllegalArgumentException when {@code k < 1}, or the query is of another dimension, not
   *     finite, or all zero under {@code cosine}
   */
  public Neighbors search(float[] query, int k) {
    start(query, k);
    beam.reset(Math.min(k, vectors.size()));
    for (int first = 0; first < vectors.size(); first += keys.length) {
      int count = Math.min(keys.length, vectors.size() - first);
      distances.toRange(first, count, keys);
      for (int i = 0; i < count; i++) {
        beam.add(first + i, keys[i]);
      }
    }
    return nearest();
  }

  /** The same among the nodes that {@code filter} allows. */
  public Neighbors search(float[] query, int k, NodeFilter filter) {
    start(query, k);
    scan.run(beam, k, filter);
    return nearest();
  }

  private void start(float[] query, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k (%d) must be at least 1.".formatted(k));
    }
    distances.fromQuery(query);
  }

  private Neighbors nearest() {
    neighbors.clear(beam.size());
    for (int rank = 0; rank < beam.size(); rank++) {
      neighbors.add(beam.node(rank), vectors.metric().distance(beam.key(rank)));
    }
    return neighbors;
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    return distances.computed();
  }
}
