package dev.knit.spark.cli.view;

import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.NodeSample;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The nodes of a segment that a map shows: all of the highest level that has enough of them, which
 * are a sample by chance, or some of these.
 *
 * @param level theirs, whose links the map shows; −1 without a graph
 * @param onLevel how many there are on that level
 * @param nodes those that are shown, rising
 */
record MapNodes(int level, int onLevel, int[] nodes) {
  /** A level of fewer nodes shows too little. */
  private static final int ENOUGH = 300;

  static MapNodes of(HnswGraph graph, int size, int most, long seed) {
    if (graph == null) {
      return new MapNodes(-1, size, NodeSample.of(size, most, seed));
    }
    int level = Math.max(0, graph.maxLevel());
    int[] nodes = onLevel(graph, level);
    while (level > 0 && nodes.length < ENOUGH) {
      nodes = onLevel(graph, --level);
    }
    int[] all = nodes;
    int[] drawn = NodeSample.of(all.length, most, seed);
    return new MapNodes(level, all.length, Arrays.stream(drawn).map(i -> all[i]).toArray());
  }

  private static int[] onLevel(HnswGraph graph, int level) {
    return IntStream.range(0, graph.size()).filter(node -> graph.level(node) >= level).toArray();
  }
}
