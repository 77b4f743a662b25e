package dev.knit.hnsw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts the links of each level from both of their ends. */
final class LevelQuality {
  private LevelQuality() {}

  static List<GraphQuality.Level> of(HnswGraph graph) {
    List<GraphQuality.Level> levels = new ArrayList<>();
    double expected = graph.size();
    for (GraphReport.Level checked : GraphCheck.of(graph).levels()) {
      levels.add(of(graph, levels.size(), expected, checked));
      expected /= graph.m();
    }
    return levels;
  }

  private static GraphQuality.Level of(
      HnswGraph graph, int level, double expected, GraphReport.Level checked) {
    int[] nodes = new int[checked.nodes()];
    for (int node = 0, next = 0; node < graph.size(); node++) {
      if (graph.level(node) >= level) {
        nodes[next++] = node;
      }
    }
    int[] degrees = Arrays.stream(nodes).map(node -> graph.degree(level, node)).toArray();
    int[] incoming = incoming(graph, level, nodes);
    Distribution inDegree =
        Distribution.doubling(Arrays.stream(nodes).map(node -> incoming[node]).toArray());
    Arrays.sort(incoming); // nodes that are not on this level have none
    return new GraphQuality.Level(
        level,
        nodes.length,
        expected,
        checked.unreachable(),
        checked.withoutIncoming(),
        Distribution.even(degrees),
        inDegree,
        share(incoming, (nodes.length + 99) / 100));
  }

  private static int[] incoming(HnswGraph graph, int level, int[] nodes) {
    int[] incoming = new int[graph.size()];
    for (int node : nodes) {
      for (int neighbor : graph.neighbors(level, node)) {
        incoming[neighbor]++;
      }
    }
    return incoming;
  }

  /** What share of their sum the last {@code count} of {@code sorted} make. */
  private static double share(int[] sorted, int count) {
    long links = Arrays.stream(sorted).asLongStream().sum();
    long most = Arrays.stream(sorted, sorted.length - count, sorted.length).asLongStream().sum();
    return links == 0 ? 0 : (double) most / links;
  }
}
