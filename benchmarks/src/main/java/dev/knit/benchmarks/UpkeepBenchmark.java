package dev.knit.benchmarks;

import dev.knit.hnsw.Consolidation;
import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.MergedGraph;
import dev.knit.hnsw.QualityOptions;
import dev.knit.vector.FlatVectors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * An index that is kept up: again and again some rows are deleted and a small graph over new rows
 * is merged in, as compaction does it, from graphs without lengths. Work against rebuilding, and at
 * the end recall against an index built anew over the same rows.
 */
@Command(name = "upkeep", description = "Small merges with deletes against rebuilding.")
final class UpkeepBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--rounds", defaultValue = "10")
  int rounds;

  @Option(names = "--share", defaultValue = "0.01", description = "New rows a round, of all.")
  double share;

  @Option(names = "--deletes", defaultValue = "0.01", description = "Deleted a round, of all.")
  double deletes;

  @Option(names = "--ef", split = ",", defaultValue = "16,24,32,48,64,96,128,192,256")
  int[] efs;

  @Option(names = "--threads", defaultValue = "1")
  int threads;

  private DataSet data;
  private HnswParams params;
  private int[] rows; // by node of the index
  private HnswGraph index;
  private long merging;

  @Override
  public Integer call() throws Exception {
    data = options.load();
    params = new HnswParams(options.m, options.efConstruction);
    System.out.printf("%s, %d threads%n", options.describe(data), threads);
    int all = data.base().length;
    int step = (int) (share * all);
    rows = range(0, all - rounds * step);
    index = build(builder(), rows);
    Random random = new Random(0);
    double rebuild = (double) work(rows) / rows.length; // per row
    for (int round = 0; round < rounds; round++) {
      int first = all - (rounds - round) * step;
      long work = delete((int) (deletes * all), random) + merge(range(first, first + step));
      System.out.printf(
          "round %2d: %d rows; %.4f of rebuilding, of that the new rows' graph and merge %.4f%n",
          round + 1,
          rows.length,
          work / (rebuild * rows.length),
          merging / (rebuild * rows.length));
    }
    compare();
    return 0;
  }

  private long work(int[] of) {
    HnswBuilder builder = builder();
    build(builder, of);
    return builder.distanceComputations();
  }

  private long delete(int count, Random random) {
    BitSet deleted = new BitSet();
    while (deleted.cardinality() < count) {
      deleted.set(random.nextInt(rows.length));
    }
    Consolidation left = Consolidation.of(index.withoutLengths(), vectors(rows), deleted, threads);
    int[] before = rows;
    rows = new int[left.graph().size()];
    for (int node = 0; node < before.length; node++) {
      if (left.nodes()[node] >= 0) {
        rows[left.nodes()[node]] = before[node];
      }
    }
    index = left.graph();
    return left.distanceComputations();
  }

  private long merge(int[] added) {
    HnswBuilder builder = builder();
    HnswGraph small = build(builder, added);
    int[] union = Arrays.copyOf(rows, rows.length + added.length);
    System.arraycopy(added, 0, union, rows.length, added.length);
    MergedGraph merged = new GraphMerger(threads).merge(vectors(union), List.of(index, small));
    rows = union;
    if (merged.nodes() != null) { // equal vectors
      rows = new int[merged.graph().size()];
      for (int i = union.length - 1; i >= 0; i--) {
        rows[merged.nodes()[i]] = union[i];
      }
    }
    index = merged.graph();
    merging = builder.distanceComputations() + merged.costs().distanceComputations();
    return merging;
  }

  private void compare() throws Exception {
    float[][] base = select(rows);
    DataSet left = DataSet.of(data.name() + "-upkeep", data.metric(), base, data.queries());
    HnswGraph anew = build(builder(), rows);
    WorkCurve built = describe("built anew", anew, left);
    WorkCurve kept = describe("kept up", index, left);
    System.out.printf(
        "recall of what was kept up, from 0.9: %+.4f at worst at equal distances per query,"
            + " %+.4f at equal ef%n",
        kept.worstAgainst(built, 0.9), kept.worstAtEqualEf(built, 0.9));
  }

  private WorkCurve describe(String name, HnswGraph graph, DataSet left) {
    FlatVectors vectors = vectors(rows);
    WorkCurve curve = WorkCurve.of(left, efs, new HnswSearcher(graph, vectors));
    GraphQuality.Level level =
        GraphQuality.of(graph, vectors, QualityOptions.DEFAULT).levels().get(0);
    System.out.printf(
        "%-10s unreachable %d, degree %.1f, in-degree min %d;%s%n",
        name, level.unreachable(), level.degree().mean(), level.inDegree().min(), curve);
    return curve;
  }

  private HnswBuilder builder() {
    return new HnswBuilder(params, threads);
  }

  private HnswGraph build(HnswBuilder builder, int[] of) {
    byte[] levels = new byte[of.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = Levels.of(0, of[i], options.m);
    }
    return builder.build(vectors(of), levels);
  }

  private FlatVectors vectors(int[] of) {
    return FlatVectors.of(data.metric(), select(of));
  }

  private float[][] select(int[] of) {
    return Arrays.stream(of).mapToObj(row -> data.base()[row]).toArray(float[][]::new);
  }

  private static int[] range(int from, int to) {
    int[] range = new int[to - from];
    Arrays.setAll(range, i -> from + i);
    return range;
  }
}
