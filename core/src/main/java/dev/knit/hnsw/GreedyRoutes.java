package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.util.SplittableRandom;

/** Walks from node to node as {@link GraphQuality.Routes} describes. */
final class GreedyRoutes {
  private final HnswGraph graph;
  private final Metric metric;
  private final Distances toTarget;
  private final Distances toNext;
  private final float[] keys;
  private int arrived;
  private double stretches;
  private long hops;

  private GreedyRoutes(HnswGraph graph, VectorValues vectors) {
    this.graph = graph;
    this.metric = vectors.metric();
    this.toTarget = vectors.distances();
    this.toNext = vectors.distances();
    this.keys = new float[graph.slots(0)];
  }

  /** Routes from different sources to targets drawn for each, in a graph of at least two nodes. */
  static GraphQuality.Routes sample(HnswGraph graph, VectorValues vectors, QualityOptions options) {
    GreedyRoutes routes = new GreedyRoutes(graph, vectors);
    int[] sources = NodeSample.of(graph.size(), options.pairs(), options.seed());
    SplittableRandom random = new SplittableRandom(options.seed() + 1);
    for (int source : sources) {
      int other = random.nextInt(graph.size() - 1);
      routes.walk(source, other < source ? other : other + 1);
    }
    return routes.report(sources.length);
  }

  private GraphQuality.Routes report(int pairs) {
    int count = Math.max(1, arrived);
    return new GraphQuality.Routes(pairs, arrived, stretches / count, (double) hops / count);
  }

  private void walk(int source, int target) {
    toTarget.fromNode(target);
    float direct = toTarget.to(source);
    double length = 0;
    int steps = 0;
    float key = direct;
    for (int node = source, next; node != target; node = next, steps++) {
      int slot = nearest(node);
      if (slot < 0 || keys[slot] >= key) {
        return;
      }
      key = keys[slot];
      next = graph.lists(0)[graph.offset(0, node) + slot];
      toNext.fromNode(node);
      length += EdgeLength.of(metric, toNext.to(next));
    }
    double distance = EdgeLength.of(metric, direct);
    arrived++;
    hops += steps;
    stretches += distance == 0 ? 1 : length / distance;
  }

  /** The place in its list of the neighbor of {@code node} nearest to the target; −1 for none. */
  private int nearest(int node) {
    int degree = graph.degree(0, node);
    toTarget.to(graph.lists(0), graph.offset(0, node), degree, keys);
    int nearest = degree == 0 ? -1 : 0;
    for (int slot = 1; slot < degree; slot++) {
      nearest = keys[slot] < keys[nearest] ? slot : nearest;
    }
    return nearest;
  }
}
