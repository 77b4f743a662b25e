package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * Searches a graph: Algorithm 5, K-NN-SEARCH. Allocates once, for the largest {@code ef} it sees.
 *
 * <p>Not thread-safe: one searcher per thread.
 */
public final class HnswSearcher {
  private final HnswGraph graph;
  private final VectorValues vectors;
  private final Distances distances;
  private final LayerSearch search;
  private final FilteredSearch filtered;
  private final Neighbors neighbors = new Neighbors();

  /** A searcher of {@code graph}, whose node n has vector n of {@code vectors}. */
  public HnswSearcher(HnswGraph graph, VectorValues vectors) {
    this(graph, vectors, null);
  }

  /**
   * A searcher of a later view of a {@link LiveGraph} that takes over the memory of {@code
   * previous}, which must not be used any more.
   */
  public HnswSearcher(HnswGraph graph, VectorValues vectors, HnswSearcher previous) {
    if (graph.size() != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for %d nodes.".formatted(vectors.size(), graph.size()));
    }
    this.graph = graph;
    this.vectors = vectors;
    this.distances = vectors.distances();
    LayerSearch memory = previous == null ? null : previous.search;
    this.search = new LayerSearch(graph, distances, memory);
    this.filtered = new FilteredSearch(graph, distances);
  }

  /**
   * The {@code k} nodes nearest to {@code query} that a beam of width {@code ef} finds, nearest
   * first, ties by node. Fewer when the graph holds fewer; {@code ef} larger than the graph is as
   * good as exact. The result holds until the next call.
   *
   * @throws IllegalArgumentException when {@code k < 1}, {@code ef < k}, or the query is of another
   *     dimension, not finite, or all zero under {@code cosine}
   */
  public Neighbors search(float[] query, int k, int ef) {
    start(query, k, ef);
    int width = Math.min(ef, graph.size());
    search.start(width);
    if (graph.size() > 0) {
      search.descend(graph.entryPoint(), graph.maxLevel(), 0);
      search.run(0, width);
    }
    return nearest(k, null);
  }

  /**
   * The same among the nodes that {@code filter} allows: as good an answer as without a filter, by
   * a scan of the allowed nodes where that is cheaper.
   */
  public Neighbors search(float[] query, int k, int ef, NodeFilter filter) {
    start(query, k, ef);
    filtered.run(search, k, ef, filter);
    return nearest(k, filter);
  }

  private void start(float[] query, int k, int ef) {
    if (k < 1) {
      throw new IllegalArgumentException("k (%d) must be at least 1.".formatted(k));
    }
    if (ef < k) {
      throw new IllegalArgumentException("ef (%d) must be at least k (%d).".formatted(ef, k));
    }
    distances.fromQuery(query);
  }

  private Neighbors nearest(int k, NodeFilter filter) {
    Beam beam = search.beam;
    neighbors.clear(Math.min(k, beam.size()));
    for (int rank = 0; rank < beam.size() && neighbors.size() < k; rank++) {
      if (filter == null || filter.nodes().get(beam.node(rank))) {
        neighbors.add(beam.node(rank), vectors.metric().distance(beam.key(rank)));
      }
    }
    return neighbors;
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    return distances.computed();
  }
}
