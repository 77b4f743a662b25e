package dev.knit.benchmarks;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How much faster several threads are than one: builds of the same graph and passes over the same
 * queries, in turns; medians.
 */
@Command(name = "scale", description = "Several threads against one, in build and search.")
final class ScaleBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--threads", defaultValue = "2")
  int threads;

  @Option(names = "--ef", defaultValue = "64")
  int ef;

  @Option(names = "--rounds", defaultValue = "9", description = "Of searches.")
  int rounds;

  @Option(names = "--build-rounds", defaultValue = "3")
  int buildRounds;

  @Option(names = "--quantization", split = ",", defaultValue = "none,int8")
  List<String> quantizations;

  /** Something that takes a number of threads. */
  private interface Work {
    void run(int threads) throws Exception;
  }

  @Override
  public Integer call() throws Exception {
    DataSet data = options.load();
    System.out.printf("%s, ef %d%n", options.describe(data), ef);
    FlatVectors exact = FlatVectors.of(data.metric(), data.base());
    for (String quantization : quantizations) {
      VectorValues vectors = Quantization.of(quantization).apply(exact);
      HnswGraph[] graph = new HnswGraph[1];
      report(quantization + " build", buildRounds, count -> graph[0] = build(vectors, count));
      report(
          quantization + " search",
          rounds,
          count -> search(graph[0], vectors, data.queries(), count));
    }
    return 0;
  }

  private void report(String name, int rounds, Work work) throws Exception {
    double[] one = new double[rounds];
    double[] several = new double[rounds];
    for (int round = -1; round < rounds; round++) { // the first warms up
      double first = seconds(work, 1);
      double second = seconds(work, threads);
      if (round >= 0) {
        one[round] = first;
        several[round] = second;
      }
    }
    System.out.printf(
        "%-12s 1 thread %.3f s, %d threads %.3f s: %.2f x as fast%n",
        name, median(one), threads, median(several), median(one) / median(several));
  }

  private static double seconds(Work work, int threads) throws Exception {
    long start = System.nanoTime();
    work.run(threads);
    return (System.nanoTime() - start) / 1e9;
  }

  private HnswGraph build(VectorValues vectors, int count) {
    byte[] levels = new byte[vectors.size()];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = Levels.of(0, node, options.m);
    }
    HnswParams params = new HnswParams(options.m, options.efConstruction);
    return new HnswBuilder(params, count).build(vectors, levels);
  }

  /** Each thread takes every count-th query. */
  private void search(HnswGraph graph, VectorValues vectors, float[][] queries, int count)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Future<?>> passes = new ArrayList<>();
      for (int thread = 0; thread < count; thread++) {
        int first = thread;
        passes.add(
            pool.submit(
                () -> {
                  HnswSearcher searcher = new HnswSearcher(graph, vectors);
                  for (int q = first; q < queries.length; q += count) {
                    searcher.search(queries[q], DataSet.K, ef);
                  }
                }));
      }
      for (Future<?> pass : passes) {
        pass.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
