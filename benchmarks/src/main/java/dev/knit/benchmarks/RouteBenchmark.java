package dev.knit.benchmarks;

import dev.knit.hnsw.RouteCount;
import dev.knit.vector.FlatVectors;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What divisions into few to thousands of cells leave to the merge, by counting alone. */
@Command(name = "routes", description = "Cells, routes and pairs to merge, without building.")
final class RouteBenchmark implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--cells", split = ",", defaultValue = "2,4,16,64,256,1024,4096")
  int[] cells;

  @Option(names = "--sample", defaultValue = "1000", description = "Nodes with exact lists.")
  int sample;

  @Option(names = "--threads", defaultValue = "1")
  int threads;

  @Override
  public Integer call() throws Exception {
    DataSet data = options.load();
    FlatVectors vectors = FlatVectors.of(data.metric(), data.base());
    System.out.println(options.describe(data));
    RouteCount count = new RouteCount(vectors, options.m, sample, 0);
    System.out.println(
        "cells  fullest/mean  routes a node  pairs  pairs a cell  most  left out  division a row");
    for (int number : cells) {
      RouteCount.Counts counts = count.count(number, 0, threads);
      System.out.printf(
          "%5d  %12.2f  %13.2f  %5d  %12.1f  %4d  %7.1f%%  %14.0f%n",
          counts.cells(),
          counts.fullest(),
          counts.routes(),
          counts.pairs(),
          2.0 * counts.pairs() / counts.cells(),
          counts.mostPairs(),
          100 * counts.left(),
          counts.divisionWork());
    }
    return 0;
  }
}
