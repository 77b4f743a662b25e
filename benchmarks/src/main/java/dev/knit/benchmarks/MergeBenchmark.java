package dev.knit.benchmarks;

import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.MergedGraph;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.FlatVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Merging against building in one go and against inserting one half into the other: distance
 * computations, recall at equal ef, and distance computations per query.
 */
@Command(name = "merge", description = "Merged graphs against one built in one go, in distances.")
final class MergeBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--partitions", split = ",", defaultValue = "2,4,8,16")
  int[] partitions;

  @Option(names = "--ef", split = ",", defaultValue = "32,64,128")
  int[] efs;

  @Option(names = "--threads", defaultValue = "2")
  int threads;

  private DataSet data;
  private FlatVectors vectors;
  private byte[] levels;

  @Override
  public Integer call() throws Exception {
    data = options.load();
    vectors = FlatVectors.of(data.metric(), data.base());
    levels = levels(0, vectors.size());
    System.out.printf("%s, %d threads%n", options.describe(data), threads);
    HnswBuilder builder = builder();
    long start = System.nanoTime();
    HnswGraph whole = builder.build(vectors, levels);
    long single = builder.distanceComputations();
    report("one go", whole, vectors, single, single, start);
    insertion(single);
    for (int count : partitions) {
      merge(count, single);
    }
    return 0;
  }

  private void insertion(long single) {
    int half = vectors.size() / 2;
    HnswGraph base = builder().build(part(0, half), levels(0, half));
    HnswBuilder inserter = builder();
    long start = System.nanoTime();
    HnswGraph graph = inserter.extend(base, vectors, levels);
    report("insert half", graph, vectors, inserter.distanceComputations(), single, start);
  }

  private void merge(int count, long single) {
    List<HnswGraph> subgraphs = new ArrayList<>();
    HnswBuilder builder = builder();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) vectors.size() * i / count);
      int to = (int) ((long) vectors.size() * (i + 1) / count);
      subgraphs.add(builder.build(part(from, to), levels(from, to)));
    }
    double subgraphSeconds = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    MergedGraph merged = new GraphMerger(threads).merge(vectors, subgraphs);
    MergedGraph.Costs costs = merged.costs();
    report(
        "merge " + count,
        merged.graph(),
        merged.vectors(),
        costs.distanceComputations(),
        single,
        start);
    System.out.printf(
        "    search %d, selection %d, connection %d per row; %.3f jumps per row; subgraphs %d per row, %.1f s%n",
        costs.search() / vectors.size(),
        costs.selection() / vectors.size(),
        costs.connection() / vectors.size(),
        (double) costs.jumps() / vectors.size(),
        builder.distanceComputations() / vectors.size(),
        subgraphSeconds);
  }

  private void report(
      String name,
      HnswGraph graph,
      dev.knit.vector.VectorValues over,
      long work,
      long single,
      long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    StringBuilder line =
        new StringBuilder(
            "%-12s %6d distances per row, %.3f of one go, %6.1f s;"
                .formatted(name, work / vectors.size(), (double) work / single, seconds));
    for (int ef : efs) {
      HnswSearcher searcher = new HnswSearcher(graph, over);
      int[][] found = new int[data.queries().length][];
      for (int q = 0; q < found.length; q++) {
        Neighbors neighbors = searcher.search(data.queries()[q], DataSet.K, ef);
        found[q] = new int[neighbors.size()];
        for (int i = 0; i < neighbors.size(); i++) {
          found[q][i] = neighbors.node(i);
        }
      }
      line.append(
          "  ef %d: %.4f/%d"
              .formatted(ef, data.recall(found), searcher.distanceComputations() / found.length));
    }
    System.out.println(line);
  }

  private HnswBuilder builder() {
    return new HnswBuilder(new HnswParams(options.m, options.efConstruction), threads);
  }

  private FlatVectors part(int from, int to) {
    return FlatVectors.of(data.metric(), Arrays.copyOfRange(data.base(), from, to));
  }

  private byte[] levels(int from, int to) {
    byte[] part = new byte[to - from];
    for (int i = from; i < to; i++) {
      part[i - from] = Levels.of(0, i, options.m);
    }
    return part;
  }
}
