package dev.knit.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Build and search of several libraries in one process on the same data with the same m and
 * ef_construction. Searches run on one thread, the libraries taking turns; rates are medians over
 * the rounds, and are compared at equal recall by interpolation between the values of ef.
 */
@Command(name = "compare", description = "Build and search side by side with other libraries.")
final class SideBySide implements Callable<Integer> {
  @Mixin private DataOptions options;

  @Option(names = "--libraries", split = ",", defaultValue = "knit,hnswlib-core")
  List<String> libraries;

  @Option(names = "--ef", split = ",", defaultValue = "16,24,32,48,64,96,128,192")
  int[] efs;

  @Option(names = "--recall", split = ",", defaultValue = "0.90,0.95,0.98,0.99")
  double[] recalls;

  @Option(names = "--threads", defaultValue = "1", description = "for building")
  int threads;

  @Option(names = "--rounds", defaultValue = "5")
  int rounds;

  @Override
  public Integer call() throws Exception {
    DataSet data = options.load();
    System.out.printf(
        "%s, building on %d thread(s), searching on 1%n", options.describe(data), threads);
    List<Curve> curves = new ArrayList<>();
    for (String library : libraries) {
      AnnIndex index = library(library);
      long start = System.nanoTime();
      index.build(data, options.m, options.efConstruction, threads);
      curves.add(new Curve(index, (System.nanoTime() - start) / 1e9));
      System.out.printf(
          "%-14s built in %.1f s%n", library, curves.get(curves.size() - 1).buildSeconds);
    }
    for (int ef : efs) {
      for (int round = -1; round < rounds; round++) {
        for (Curve curve : curves) {
          curve.measure(data, ef, round >= 0);
        }
      }
      curves.forEach(curve -> System.out.println(curve.line(ef)));
    }
    compare(curves);
    return 0;
  }

  private void compare(List<Curve> curves) {
    Curve first = curves.get(0);
    for (Curve other : curves.subList(1, curves.size())) {
      System.out.printf(
          "%s against %s: build %.2f x as fast",
          first.index.name(), other.index.name(), other.buildSeconds / first.buildSeconds);
      for (double recall : recalls) {
        System.out.printf(
            ", search at recall %.2f %.2f x", recall, first.rateAt(recall) / other.rateAt(recall));
      }
      System.out.println();
    }
  }

  private static AnnIndex library(String name) {
    return switch (name) {
      case "knit" -> new KnitIndexUnderTest();
      case "hnswlib-core" -> new HnswlibCore();
      default -> throw new IllegalArgumentException("No library '%s' here.".formatted(name));
    };
  }

  /** What was measured of one library. */
  private static final class Curve {
    final AnnIndex index;
    final double buildSeconds;
    private final TreeMap<Integer, List<Double>> rates = new TreeMap<>();
    private final TreeMap<Integer, Double> recalls = new TreeMap<>();
    private final TreeMap<Integer, Long> distances = new TreeMap<>();

    Curve(AnnIndex index, double buildSeconds) {
      this.index = index;
      this.buildSeconds = buildSeconds;
    }

    void measure(DataSet data, int ef, boolean counted) {
      index.ef(ef);
      int[][] found = new int[data.queries().length][DataSet.K];
      long before = index.distanceComputations();
      long start = System.nanoTime();
      for (int q = 0; q < found.length; q++) {
        index.search(data.queries()[q], found[q]);
      }
      double rate = found.length / ((System.nanoTime() - start) / 1e9);
      if (counted) {
        rates.computeIfAbsent(ef, key -> new ArrayList<>()).add(rate);
        recalls.put(ef, data.recall(found));
        distances.put(ef, (index.distanceComputations() - before) / found.length);
      }
    }

    String line(int ef) {
      String line =
          "%-14s ef %3d: recall@10 %.4f, %7.0f queries/s"
              .formatted(index.name(), ef, recalls.get(ef), median(ef));
      boolean counted = index.distanceComputations() >= 0;
      return counted ? line + ", %d distances per query".formatted(distances.get(ef)) : line;
    }

    /** Queries per second at a recall, linear between the measured points; NaN outside them. */
    double rateAt(double recall) {
      Integer below = null;
      for (int ef : recalls.keySet()) {
        if (recalls.get(ef) >= recall) {
          if (below == null) {
            return median(ef);
          }
          double share = (recall - recalls.get(below)) / (recalls.get(ef) - recalls.get(below));
          return median(below) + share * (median(ef) - median(below));
        }
        below = ef;
      }
      return Double.NaN;
    }

    private double median(int ef) {
      double[] sorted = rates.get(ef).stream().mapToDouble(d -> d).sorted().toArray();
      return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElse(Double.NaN);
    }
  }
}
