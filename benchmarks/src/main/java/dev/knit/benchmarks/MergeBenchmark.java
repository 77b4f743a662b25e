package dev.knit.benchmarks;

import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.MergedGraph;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorValues;
import java.io.IOException;
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

  @Option(names = "--ef", split = ",", defaultValue = "16,24,32,48,64,96,128,192,256")
  int[] efs;

  @Option(names = "--threads", defaultValue = "2")
  int threads;

  @Option(names = "--lucene", description = "Also Lucene's merge of two halves by a join set.")
  boolean lucene;

  private DataSet data;
  private FlatVectors vectors;
  private byte[] levels;
  private long single;
  private long insertion;
  private WorkCurve inserted;

  @Override
  public Integer call() throws Exception {
    data = options.load();
    vectors = FlatVectors.of(data.metric(), data.base());
    levels = levels(0, vectors.size());
    System.out.printf("%s, %d threads%n", options.describe(data), threads);
    HnswBuilder builder = builder();
    long start = System.nanoTime();
    HnswGraph whole = builder.build(vectors, levels);
    single = builder.distanceComputations();
    report("one go", whole, vectors, null, single, start);
    insertion();
    for (int count : partitions) {
      merge(count);
    }
    if (lucene) {
      joinSet();
    }
    return 0;
  }

  private void joinSet() throws IOException {
    long start = System.nanoTime();
    HalvesMerge.Merged merged =
        Libraries.luceneMerge().merge(vectors, options.m, options.efConstruction);
    compare(
        report("Lucene 2", merged.graph(), vectors, null, merged.distances(), start),
        merged.distances());
  }

  private void compare(WorkCurve merged, long work) {
    System.out.printf(
        "    %.3f of inserting a half; recall at equal distances per query, from 0.9: %+.4f at worst%n",
        (double) work / insertion, merged.worstAgainst(inserted, 0.9));
  }

  private void insertion() {
    int half = vectors.size() / 2;
    HnswGraph base = builder().build(part(0, half), levels(0, half));
    HnswBuilder inserter = builder();
    long start = System.nanoTime();
    HnswGraph graph = inserter.extend(base, vectors, levels);
    insertion = inserter.distanceComputations();
    inserted = report("insert half", graph, vectors, null, insertion, start);
  }

  private void merge(int count) {
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
    WorkCurve curve =
        report(
            "merge " + count,
            merged.graph(),
            merged.vectors(),
            rows(merged),
            costs.distanceComputations(),
            start);
    System.out.printf(
        "    search %d, selection %d, connection %d per row; %.3f jumps per row; subgraphs %d per row, %.1f s%n",
        costs.search() / vectors.size(),
        costs.selection() / vectors.size(),
        costs.connection() / vectors.size(),
        (double) costs.jumps() / vectors.size(),
        builder.distanceComputations() / vectors.size(),
        subgraphSeconds);
    if (count == 2) {
      compare(curve, costs.distanceComputations());
    }
  }

  /** The row of each node; null when it is the same. */
  private static int[] rows(MergedGraph merged) {
    if (merged.nodes() == null) {
      return null;
    }
    int[] rows = new int[merged.graph().size()];
    for (int row = merged.nodes().length - 1; row >= 0; row--) {
      rows[merged.nodes()[row]] = row;
    }
    return rows;
  }

  private WorkCurve report(
      String name, HnswGraph graph, VectorValues over, int[] rows, long work, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    WorkCurve curve = WorkCurve.of(data, efs, new HnswSearcher(graph, over), rows);
    System.out.printf(
        "%-12s %6d distances per row, %.3f of one go, %6.1f s;%s%n",
        name, work / vectors.size(), (double) work / single, seconds, curve);
    return curve;
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
