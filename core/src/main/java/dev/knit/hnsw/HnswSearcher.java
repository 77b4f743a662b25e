package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * Searches a graph: Algorithm 5, K-NN-SEARCH. Where vectors are quantized, the graph is walked by
 * codes and the best are measured again by the exact vectors, so that distances are always exact.
 * Allocates once, for the largest {@code ef} it sees.
 *
 * <p>Not thread-safe: one searcher per thread.
 */
public final class HnswSearcher {
  private final HnswGraph graph;
  private final LayerSearch search;
  private final FilteredSearch filtered;
  private final Growth growth;
  private final Answers answers;
  private SketchedLists sketched;

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
    Distances distances = vectors.distances();
    LayerSearch memory = previous == null ? null : previous.search;
    this.search = new LayerSearch(graph, distances, memory);
    this.filtered = new FilteredSearch(graph, distances, vectors.metric());
    this.growth = new Growth(vectors.metric());
    this.answers = new Answers(vectors, distances);
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
    SearchOptions.check(k, ef, k);
    answers.start(query);
    search.sketched(null);
    int width = Math.min(ef, graph.size());
    start(width, k);
    search.run(0, width);
    return answers.nearest(search.beam, k);
  }

  /**
   * The nodes that {@code options} ask for, nearest first, or with negatives in their order.
   *
   * @throws IllegalArgumentException when the query or a negative is of another dimension, not
   *     finite, or all zero under {@code cosine}; when {@code maxDistance} is negative and the
   *     metric is not {@code inner_product}; when {@link Negatives} cannot be combined
   * @throws IllegalStateException when they ask for sketches, and none were given
   */
  public Neighbors search(float[] query, SearchOptions options) {
    float[] origin = answers.start(query, options);
    search.sketched(options.sketched() ? sketchedFrom(origin) : null);
    int width = growth.start(options, graph.size());
    start(growth.limit(), options.k());
    search.beam.stop(answers.stop(options));
    for (; width > 0; width = growth.next(search.beam, width)) {
      search.run(0, width);
    }
    return answers.of(search.beam, query, options, null);
  }

  /**
   * The same among the nodes that {@code filter} allows: as good an answer as without a filter, by
   * a scan of the allowed nodes where that is cheaper.
   */
  public Neighbors search(float[] query, SearchOptions options, NodeFilter filter) {
    float[] origin = answers.start(query, options);
    search.sketched(options.sketched() ? sketchedFrom(origin) : null);
    filtered.run(search, answers, options, filter, growth);
    return answers.of(search.beam, query, options, filter);
  }

  private void start(int width, int k) {
    search.start(Math.max(width, Math.min(graph.size(), answers.kept(k))));
    if (graph.size() > 0) {
      search.descend(graph.entryPoint(), graph.maxLevel(), 0);
    }
  }

  /**
   * Takes the sketches of this graph, for searches {@link SearchOptions#withSketches}; returns this
   * searcher.
   *
   * @throws IllegalArgumentException when they are of another number of nodes
   */
  public HnswSearcher sketches(EdgeSketches sketches) {
    if (sketches.size != graph.size()) {
      throw new IllegalArgumentException(
          "There are sketches for %d nodes, but the graph has %d."
              .formatted(sketches.size, graph.size()));
    }
    sketched = new SketchedLists(graph, sketches);
    return this;
  }

  /** Whether it has sketches. */
  public boolean hasSketches() {
    return sketched != null;
  }

  private SketchedLists sketchedFrom(float[] origin) {
    if (sketched == null) {
      throw new IllegalStateException(
          "This searcher has no sketches; give it those of its graph, or search without them.");
    }
    sketched.start(origin);
    return sketched;
  }

  /** How many distances were estimated by sketches. */
  public long distanceEstimates() {
    return sketched == null ? 0 : sketched.estimated();
  }

  /** How many nodes this searcher has expanded. */
  public long hops() {
    return search.beam.expansions();
  }

  /** How many searches measured all allowed nodes, as that was cheaper or the only way. */
  public long exactFallbacks() {
    return filtered.scans();
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    return answers.distanceComputations();
  }
}
