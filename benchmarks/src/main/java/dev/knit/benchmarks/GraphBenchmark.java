package dev.knit.benchmarks;

import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.InsertionOrder;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.MergedGraph;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Hierarchical against flat graphs, and insertion as given against insertion by local intrinsic
 * dimensionality: distance computations to build, recall at equal ef, and distance computations per
 * query.
 */
@Command(name = "graph", description = "Levels and insertion orders, in distances and recall.")
final class GraphBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--ef", split = ",", defaultValue = "32,64,128")
  int[] efs;

  @Option(names = "--threads", defaultValue = "2")
  int threads;

  private DataSet data;
  private FlatVectors vectors;

  @Override
  public Integer call() throws Exception {
    data = options.load();
    vectors = FlatVectors.of(data.metric(), data.base());
    System.out.println(options.describe(data));
    byte[] hierarchy = new byte[vectors.size()];
    for (int node = 0; node < hierarchy.length; node++) {
      hierarchy[node] = Levels.of(0, node, options.m);
    }
    byte[] flat = Levels.flat(vectors.size());
    for (InsertionOrder order : InsertionOrder.values()) {
      build("hierarchy, " + order, order, hierarchy);
      build("flat, " + order, order, flat);
    }
    merge("hierarchy, 4 merged", hierarchy);
    merge("flat, 4 merged", flat);
    return 0;
  }

  private void build(String name, InsertionOrder order, byte[] levels) {
    HnswBuilder builder = builder().order(order);
    HnswGraph graph = builder.build(vectors, levels);
    report(name, graph, vectors, null, builder.distanceComputations());
  }

  private void merge(String name, byte[] levels) {
    HnswBuilder builder = builder();
    HnswGraph[] subgraphs = new HnswGraph[4];
    for (int i = 0; i < subgraphs.length; i++) {
      int from = vectors.size() * i / subgraphs.length;
      int to = vectors.size() * (i + 1) / subgraphs.length;
      subgraphs[i] =
          builder.build(
              FlatVectors.of(data.metric(), Arrays.copyOfRange(data.base(), from, to)),
              Arrays.copyOfRange(levels, from, to));
    }
    MergedGraph merged = new GraphMerger(threads).merge(vectors, List.of(subgraphs));
    long work = builder.distanceComputations() + merged.costs().distanceComputations();
    report(name, merged.graph(), merged.vectors(), merged.nodes(), work);
  }

  private HnswBuilder builder() {
    return new HnswBuilder(new HnswParams(options.m, options.efConstruction), threads);
  }

  /**
   * What {@code graph} is worth; {@code merged} tells the node that each vector became, or null.
   */
  private void report(String name, HnswGraph graph, VectorValues over, int[] merged, long work) {
    int[] rows = rows(merged, graph.size());
    StringBuilder line = new StringBuilder();
    line.append("%-26s %6d distances per row;".formatted(name, work / vectors.size()));
    for (int ef : efs) {
      HnswSearcher searcher = new HnswSearcher(graph, over);
      int[][] found = new int[data.queries().length][];
      for (int q = 0; q < found.length; q++) {
        found[q] = rows(searcher.search(data.queries()[q], DataSet.K, ef), rows);
      }
      long perQuery = searcher.distanceComputations() / found.length;
      line.append("  ef %d: %.4f/%d".formatted(ef, data.recall(found), perQuery));
    }
    System.out.println(line);
  }

  /** A vector of each node. */
  private static int[] rows(int[] merged, int nodes) {
    int[] rows = new int[nodes];
    Arrays.setAll(rows, node -> node);
    for (int row = 0; merged != null && row < merged.length; row++) {
      rows[merged[row]] = row;
    }
    return rows;
  }

  private static int[] rows(Neighbors neighbors, int[] rows) {
    int[] found = new int[neighbors.size()];
    for (int rank = 0; rank < found.length; rank++) {
      found[rank] = rows[neighbors.node(rank)];
    }
    return found;
  }
}
