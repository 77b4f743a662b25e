package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.List;
import java.util.function.Supplier;

/**
 * How good a finished graph is to search. Levels are counted in full; routes and recall are
 * estimated from samples, by exact distances and on the calling thread. Whether the graph is valid
 * is for {@link GraphCheck} to say.
 *
 * @param nodes how many nodes there are
 * @param m M of the paper
 * @param entryPoint the node at which searches start; −1 in an empty graph
 * @param levels each level, from 0 up; none in an empty graph
 * @param routes greedy routes between sampled nodes; null where there are fewer than two nodes
 * @param recall of sampled searches; null where there are fewer than two nodes, or none was asked
 *     for
 */
public record GraphQuality(
    int nodes, int m, int entryPoint, List<Level> levels, Routes routes, Recall recall) {

  /**
   * One level.
   *
   * @param level from 0
   * @param nodes on this level
   * @param expectedNodes nodes · m^−level, what {@link Levels} makes on average; a flat graph has
   *     level 0 only
   * @param unreachable nodes to which no path on this level leads from the entry point
   * @param withoutIncoming nodes other than the entry point that are in nobody's list
   * @param degree lengths of the lists
   * @param inDegree in how many lists a node is
   * @param hubShare the share of all links that lead to the hundredth of the nodes (rounded up)
   *     with most incoming links, from 0 to 1; 0 when there are no links
   */
  public record Level(
      int level,
      int nodes,
      double expectedNodes,
      int unreachable,
      int withoutIncoming,
      Distribution degree,
      Distribution inDegree,
      double hubShare) {}

  /**
   * Routes on level 0 from one random node to another, always on to the neighbor nearest to the
   * target, until none is nearer: success ratio and stretch of greedy forwarding as in Krioukov et
   * al., Hyperbolic geometry of complex networks, arXiv:1006.5169, §IX. Lengths are those of the
   * space the graph was built in: Euclidean between unit vectors under {@code cosine}, in the
   * norm-augmented space under {@code inner_product}.
   *
   * @param pairs how many were walked
   * @param arrived how many of them ended at their target
   * @param distortion the length of the route over the distance of its ends, as the mean over those
   *     that arrived; at least 1 up to rounding, 0 when none arrived
   * @param hops of those that arrived, on average; 0 when none did
   */
  public record Routes(int pairs, int arrived, double distortion, double hops) {}

  /**
   * Recall@k, estimated from a sample of queries. A found node counts when it is no farther than
   * the true k-th neighbor, so that ties are no errors. Where the queries are nodes, each is left
   * out of its own answer; being in the graph they are found somewhat more easily than queries that
   * are not.
   *
   * @param queries how many were searched for
   * @param recall the share of true neighbors that were found, from 0 to 1
   * @param standardError of {@code recall}; of sampled nodes with the correction for a finite
   *     population, so 0 when all were searched for
   * @param distancesPerQuery distance computations
   */
  public record Recall(
      int queries, int k, int ef, double recall, double standardError, double distancesPerQuery) {}

  /** A copy is made of {@code levels}. */
  public GraphQuality {
    levels = List.copyOf(levels);
  }

  /**
   * The quality of {@code graph}, whose node n has vector n of {@code vectors}, with sampled nodes
   * as queries.
   *
   * @throws IllegalArgumentException when there are more or fewer vectors than nodes
   */
  public static GraphQuality of(HnswGraph graph, VectorValues vectors, QualityOptions options) {
    return of(graph, vectors, options, () -> new RecallSample(graph, vectors, options).ofNodes());
  }

  /**
   * The same with these queries, at least two, in place of sampled nodes.
   *
   * @throws IllegalArgumentException also when there are fewer, or one is not fit for the metric
   */
  public static GraphQuality of(
      HnswGraph graph, VectorValues vectors, QualityOptions options, float[][] queries) {
    QualityOptions given = options.queries(queries.length);
    return of(
        graph, vectors, given, () -> new RecallSample(graph, vectors, given).ofQueries(queries));
  }

  /** The same without recall, which takes most of the time. */
  public static GraphQuality withoutRecall(
      HnswGraph graph, VectorValues vectors, QualityOptions options) {
    return of(graph, vectors, options, () -> null);
  }

  private static GraphQuality of(
      HnswGraph graph, VectorValues vectors, QualityOptions options, Supplier<Recall> recall) {
    if (graph.size() != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for %d nodes.".formatted(vectors.size(), graph.size()));
    }
    boolean some = graph.size() > 1;
    return new GraphQuality(
        graph.size(),
        graph.m(),
        graph.entryPoint(),
        LevelQuality.of(graph),
        some ? GreedyRoutes.sample(graph, vectors.exact(), options) : null,
        some ? recall.get() : null);
  }
}
