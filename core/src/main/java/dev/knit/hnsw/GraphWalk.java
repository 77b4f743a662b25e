package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A search of a graph, told step by step: Algorithm 5, K-NN-SEARCH, by the distances that walks go
 * by, which under a quantization are those of codes. A step expands one node; {@link HnswSearcher}
 * takes two at a time on level 0 where {@code ef} is 16 or more, and so may measure a few more.
 */
public final class GraphWalk {
  /**
   * One expanded node.
   *
   * @param level on which it was expanded; from the highest down to 0
   * @param from the node in whose list it was first met; −1 for the entry point
   * @param distance from the query
   * @param measured how many of its neighbors had not been met before
   */
  public record Step(int level, int node, int from, float distance, int measured) {}

  private final HnswGraph graph;
  private final Distances distances;
  private final Metric metric;
  private final VisitedNodes visited;
  private final Beam beam = new Beam();
  private final Map<Integer, Integer> metFrom = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private GraphWalk(HnswGraph graph, VectorValues vectors, float[] query) {
    this.graph = graph;
    this.distances = vectors.distances();
    this.metric = vectors.metric();
    this.visited = new VisitedNodes(graph.size());
    distances.fromQuery(query);
  }

  /**
   * The steps of a search with a beam of {@code ef}, in order; none in an empty graph.
   *
   * @throws IllegalArgumentException when the query does not fit the vectors
   */
  public static List<Step> of(HnswGraph graph, VectorValues vectors, float[] query, int ef) {
    GraphWalk walk = new GraphWalk(graph, vectors, query);
    if (graph.size() > 0) {
      walk.run(ef);
    }
    return walk.steps;
  }

  private void run(int ef) {
    beam.reset(ef);
    meet(graph.entryPoint(), HnswGraph.NONE);
    for (int level = graph.maxLevel(); level > 0; level--) {
      run(level, 1);
      beam.reopen();
    }
    run(0, ef);
  }

  private void run(int level, int ef) {
    for (int node = beam.expandNext(ef); node >= 0; node = beam.expandNext(ef)) {
      float distance = metric.distance(beam.expandedKey());
      int measured = 0;
      for (int neighbor : graph.neighbors(level, node)) {
        measured += meet(neighbor, node) ? 1 : 0;
      }
      steps.add(new Step(level, node, metFrom.get(node), distance, measured));
    }
  }

  private boolean meet(int node, int from) {
    boolean first = visited.visit(node);
    if (first) {
      metFrom.put(node, from);
      beam.add(node, distances.to(node));
    }
    return first;
  }
}
