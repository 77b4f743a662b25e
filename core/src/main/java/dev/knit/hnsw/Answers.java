package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;

/** Prepares the query of a search and turns its beam into what is returned. For one thread. */
final class Answers {
  private final VectorValues vectors;
  private final Metric metric;
  private final Distances distances;
  private final Rerank rerank; // null where distances are exact
  private final Neighbors neighbors = new Neighbors();
  private float[] origin;

  Answers(VectorValues vectors, Distances distances) {
    this.vectors = vectors;
    this.metric = vectors.metric();
    this.distances = distances;
    this.rerank = vectors.exact() == vectors ? null : new Rerank(vectors.exact());
  }

  /** Measures from the query from now on. */
  void start(float[] query) {
    origin = query;
    distances.fromQuery(query);
  }

  /** Measures from the query, or the vector that stands for it and negatives, which it returns. */
  float[] start(float[] query, SearchOptions options) {
    options.check(metric);
    start(
        options.negatives() == null
            ? query
            : options.negatives().combine(metric, vectors.dimension(), query));
    return origin;
  }

  /** Where the search that was started ends early. */
  Stop stop(SearchOptions options) {
    return Stop.of(options, kept(options.k()), metric, origin, vectors.maxNorm());
  }

  /** Exact distances from what the search measures from. */
  Distances exact() {
    return rerank == null ? distances : rerank.from(origin);
  }

  /** How many nodes must be kept of a search to return {@code k}. */
  int kept(int k) {
    return rerank == null ? k : Rerank.width(k);
  }

  /** How many distances were computed, with those of measuring again. */
  long distanceComputations() {
    return distances.computed() + (rerank == null ? 0 : rerank.distanceComputations());
  }

  /** The first {@code k} of {@code beam}. */
  Neighbors nearest(Beam found, int k) {
    Beam beam = inOrder(found, k, null);
    neighbors.clear(Math.min(k, beam.size()));
    for (int rank = 0; rank < beam.size() && rank < k; rank++) {
      float distance = metric.distance(beam.key(rank));
      neighbors.add(beam.node(rank), distance, distance);
    }
    return neighbors;
  }

  /** The first k of {@code beam} that are within the range, and allowed unless filter is null. */
  Neighbors of(Beam found, float[] query, SearchOptions options, NodeFilter filter) {
    Beam beam = inOrder(found, options.k(), filter);
    boolean combined = options.negatives() != null;
    if (combined) {
      start(query);
    }
    Distances exact = combined ? exact() : null;
    neighbors.clear(Math.min(options.k(), beam.size()));
    for (int rank = 0, taken = 0; rank < beam.size() && taken < options.k(); rank++) {
      int node = beam.node(rank);
      if (filter == null || filter.allows(node)) {
        taken++;
        float order = metric.distance(beam.key(rank));
        float distance = combined ? metric.distance(exact.to(node)) : order;
        if (distance <= options.maxDistance()) {
          neighbors.add(node, order, distance);
        }
      }
    }
    return neighbors;
  }

  private Beam inOrder(Beam found, int k, NodeFilter filter) {
    return rerank == null ? found : rerank.run(found, origin, k, filter);
  }
}
