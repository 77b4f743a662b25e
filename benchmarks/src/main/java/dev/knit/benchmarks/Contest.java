package dev.knit.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures libraries in turns, so that what disturbs the machine disturbs all: every round of
 * builds, and every round of searches at one ef, asks each library once. The first round at an ef
 * is not counted.
 */
final class Contest {
  private final DataSet data;
  private final List<Contender> contenders;
  private final Map<Contender, List<Contender.Build>> builds = new LinkedHashMap<>();
  private final Map<Contender, List<Curve.Point>> points = new LinkedHashMap<>();

  Contest(DataSet data, List<Contender> contenders) {
    this.data = data;
    this.contenders = contenders;
    for (Contender contender : contenders) {
      builds.put(contender, new ArrayList<>());
      points.put(contender, new ArrayList<>());
    }
  }

  /** Builds everything {@code rounds} times; searches ask the last. */
  void build(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      for (Contender contender : contenders) {
        Contender.Build build = contender.build();
        builds.get(contender).add(build);
        System.out.printf("%-18s built in %.2f s%n", contender.library(), build.seconds());
      }
    }
  }

  /** Lets each library answer queries for a while, so that the JVM has compiled what it will. */
  void warmUp(int ef, double seconds) throws Exception {
    for (Contender contender : contenders) {
      for (double spent = 0; spent < seconds; ) {
        spent += contender.search(ef).seconds();
      }
    }
  }

  /** All queries at one ef, {@code rounds} times and once before. */
  void search(int ef, int rounds) throws Exception {
    Map<Contender, List<Contender.Pass>> passes = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Contender contender : contenders) {
        Contender.Pass pass = contender.search(ef);
        if (round >= 0) {
          passes.computeIfAbsent(contender, key -> new ArrayList<>()).add(pass);
        }
      }
    }
    passes.forEach((contender, all) -> points.get(contender).add(point(ef, all)));
    System.out.printf("searched at ef %d%n", ef);
  }

  /** All rounds find the same, so the last tells the recall. */
  private Curve.Point point(int ef, List<Contender.Pass> passes) {
    int queries = data.queries().length;
    Contender.Pass last = passes.get(passes.size() - 1);
    List<Double> rates = passes.stream().map(pass -> queries / pass.seconds()).toList();
    double distances = last.distances() < 0 ? -1 : (double) last.distances() / queries;
    return new Curve.Point(ef, data.recall(last.found()), rates, distances);
  }

  List<Curve> curves() {
    return contenders.stream().map(this::curve).toList();
  }

  /** Of the memory of several builds the first is told: it is not mixed with what they left. */
  private Curve curve(Contender contender) {
    List<Contender.Build> all = builds.get(contender);
    long bytes = all.get(0).bytes();
    return new Curve(
        contender.library(),
        all.stream().map(Contender.Build::seconds).toList(),
        bytes < 0 ? -1 : (double) bytes / data.base().length,
        contender.memory(),
        points.get(contender));
  }
}
