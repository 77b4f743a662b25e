package dev.knit.spark.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Nodes of some segments in a plane, with the links between them.
 *
 * @param mapped how many nodes there are on the map, which are the first of {@code nodes}
 * @param levels of each segment, that of its nodes on the map; −1 without a graph
 * @param onLevel of each segment, how many nodes have that level
 * @param links of each node on the map, those on the map that are in its list on that level
 * @param variance the share of it that each axis shows
 */
record SampleMap(
    int mapped, int[] levels, int[] onLevel, int[][] links, double[] variance, NodeTable nodes) {
  private static final int MOST = 4000;

  static SampleMap of(List<OpenSegment> segments, int labelColumn, long seed) {
    long all = segments.stream().mapToLong(s -> s.info().nodes()).sum();
    List<MapNodes> samples = new ArrayList<>();
    for (OpenSegment open : segments) {
      int size = open.info().nodes();
      int share = (int) Math.ceil((double) MOST * size / Math.max(1, all));
      samples.add(MapNodes.of(open.graph(), size, share, seed));
    }
    Projection projection = Projection.of(vectors(segments, samples));
    NodeTable table = new NodeTable(segments, labelColumn, projection);
    for (int s = 0; s < segments.size(); s++) {
      int segment = s;
      Arrays.stream(samples.get(s).nodes()).forEach(node -> table.number(segment, node));
    }
    return new SampleMap(
        table.size(),
        samples.stream().mapToInt(MapNodes::level).toArray(),
        samples.stream().mapToInt(MapNodes::onLevel).toArray(),
        links(segments, samples, table),
        projection.shares(),
        table);
  }

  private static float[][] vectors(List<OpenSegment> segments, List<MapNodes> samples) {
    return IntStream.range(0, segments.size())
        .boxed()
        .flatMap(s -> Arrays.stream(samples.get(s).nodes()).mapToObj(segments.get(s)::vector))
        .toArray(float[][]::new);
  }

  private static int[][] links(
      List<OpenSegment> segments, List<MapNodes> samples, NodeTable table) {
    List<int[]> links = new ArrayList<>();
    for (int s = 0; s < segments.size(); s++) {
      for (int node : samples.get(s).nodes()) {
        links.add(links(segments.get(s), s, samples.get(s).level(), node, table));
      }
    }
    return links.toArray(int[][]::new);
  }

  private static int[] links(OpenSegment open, int segment, int level, int node, NodeTable table) {
    return level < 0
        ? new int[0]
        : Arrays.stream(open.graph().neighbors(level, node))
            .map(neighbor -> table.find(segment, neighbor))
            .filter(number -> number >= 0)
            .toArray();
  }
}
