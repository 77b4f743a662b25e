package dev.knit.benchmarks;

import dev.knit.hnsw.CellBuild;
import dev.knit.hnsw.CellBuilder;
import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.QualityOptions;
import dev.knit.hnsw.TimedCells;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.VectorValues;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Graphs built by cells against one built in one go: distance computations of all steps, and recall
 * against distance computations per query.
 */
@Command(name = "cells", description = "Graphs built by cells against one built in one go.")
final class CellBenchmark implements Callable<Integer> {
  private static final double RECALL_THAT_COUNTS = 0.9;

  @Mixin private DataOptions options;

  @Option(names = "--cells", split = ",", defaultValue = "4,16,64")
  int[] cells;

  @Option(names = "--ef", split = ",", defaultValue = "16,24,32,48,64,96,128,192,256")
  int[] efs;

  @Option(names = "--threads", defaultValue = "1")
  int threads;

  @Option(names = "--without-sketches", description = "Also one go that measures all neighbors.")
  boolean withoutSketches;

  private DataSet data;
  private VectorValues vectors;
  private HnswGraph whole;

  @Override
  public Integer call() throws Exception {
    data = options.load();
    vectors = FlatVectors.of(data.metric(), data.base());
    byte[] levels = new byte[vectors.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = Levels.of(0, i, options.m);
    }
    System.out.printf("%s, %d threads%n", options.describe(data), threads);
    HnswParams params = new HnswParams(options.m, options.efConstruction);
    HnswBuilder builder = new HnswBuilder(params, threads);
    double start = cpuSeconds();
    whole = builder.build(vectors, levels);
    double seconds = cpuSeconds() - start;
    long work = builder.distanceComputations();
    System.out.printf("one go: %d distances per row, %.1f s of CPU%n", perRow(work), seconds);
    long plain = withoutSketches ? plain(params, levels) : 0;
    WorkCurve curve = curve(whole, vectors, null);
    describe(whole, vectors, curve);
    for (int count : cells) {
      TimedCells timed =
          TimedCells.of(
              new CellBuilder(params, count, 0, threads),
              vectors,
              levels,
              CellBenchmark::cpuSeconds);
      System.out.printf(
          "%d cells: CPU seconds, of those of one go: division and subgraphs %.2f, merge %.2f%n",
          count, timed.before() / seconds, timed.merge() / seconds);
      if (plain > 0) {
        System.out.printf(
            "    %.3f of the distances of one go without sketches%n",
            (double) timed.build().costs().distanceComputations() / plain);
      }
      report(timed.build(), work, curve);
    }
    return 0;
  }

  private long plain(HnswParams params, byte[] levels) {
    HnswBuilder plain = new HnswBuilder(params, threads).withoutSketches();
    plain.build(vectors, levels);
    System.out.printf("without sketches %d%n", perRow(plain.distanceComputations()));
    return plain.distanceComputations();
  }

  private void report(CellBuild build, long work, WorkCurve oneGo) {
    CellBuild.Costs costs = build.costs();
    System.out.printf(
        "    %.3f of the distances of one go; per row: division %d, subgraphs %d, search %d, selection %d, upper levels and connection %d; %.2f jumps per row; fullest cell %.2f of the mean%n",
        (double) costs.distanceComputations() / work,
        perRow(costs.division()),
        perRow(costs.subgraphs()),
        perRow(costs.merge().search()),
        perRow(costs.merge().selection()),
        perRow(costs.merge().connection()),
        (double) costs.merge().jumps() / vectors.size(),
        Arrays.stream(build.cells()).max().orElseThrow()
            / Arrays.stream(build.cells()).average().orElseThrow());
    int[] rows = new int[build.graph().size()];
    for (int row = build.nodes().length - 1; row >= 0; row--) {
      rows[build.nodes()[row]] = row;
    }
    WorkCurve curve = curve(build.graph(), build.vectors(), rows);
    describe(build.graph(), build.vectors(), curve);
    System.out.printf(
        "    recall at equal distances per query, from %.1f: %+.4f at worst%n",
        RECALL_THAT_COUNTS, curve.worstAgainst(oneGo, RECALL_THAT_COUNTS));
    int[] near = BorderQueries.of(data, build);
    System.out.printf(
        "    the same of the %d queries nearest to borders: %+.4f at worst; in one go%s; by cells%s%n",
        near.length,
        curve(build.graph(), build.vectors(), rows, near)
            .worstAgainst(curve(whole, vectors, null, near), RECALL_THAT_COUNTS),
        curve(whole, vectors, null, near),
        curve(build.graph(), build.vectors(), rows, near));
  }

  private WorkCurve curve(HnswGraph graph, VectorValues over, int[] rows, int[] queries) {
    return WorkCurve.of(data, queries, efs, new HnswSearcher(graph, over), rows);
  }

  private long perRow(long work) {
    return work / vectors.size();
  }

  private static void describe(HnswGraph graph, VectorValues vectors, WorkCurve curve) {
    GraphQuality.Level level =
        GraphQuality.of(graph, vectors, QualityOptions.DEFAULT).levels().get(0);
    System.out.printf(
        "    unreachable %d, degree %.1f, in-degree min %d, median %d, p99 %d, max %d;%s%n",
        level.unreachable(),
        level.degree().mean(),
        level.inDegree().min(),
        level.inDegree().median(),
        level.inDegree().p99(),
        level.inDegree().max(),
        curve);
  }

  /** Searches at each ef; {@code rows} tells the row of each node, or null when it is the same. */
  private WorkCurve curve(HnswGraph graph, VectorValues over, int[] rows) {
    return WorkCurve.of(data, efs, new HnswSearcher(graph, over), rows);
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
