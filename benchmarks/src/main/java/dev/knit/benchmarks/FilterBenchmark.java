package dev.knit.benchmarks;

import dev.knit.hnsw.EdgeSketches;
import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.NodeFilter;
import dev.knit.hnsw.SearchOptions;
import dev.knit.vector.FlatVectors;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Filtered search beside a scan of the allowed nodes and search without the filter at the same ef:
 * recall, distance computations, and time as medians of rounds that take turns, on one thread.
 */
@Command(name = "filter", description = "Filtered search by selectivity and correlation.")
final class FilterBenchmark implements Callable<Integer> {
  /** Filters that differ by query take long to make. */
  private static final int ANTI_CORRELATED_QUERIES = 50;

  @Mixin private DataOptions options;

  @Option(names = "--ef", defaultValue = "64")
  int ef;

  @Option(names = "--selectivity", split = ",", defaultValue = "0.1,0.3,1,3,10,30,50,100")
  double[] percents;

  @Option(names = "--sketches", description = "Search by sketches, with and without filters.")
  boolean sketches;

  @Option(names = "--rounds", defaultValue = "5")
  int rounds;

  @Option(names = "--threads", defaultValue = "2", description = "For the build.")
  int threads;

  private DataSet data;
  private HnswSearcher searcher;
  private ExactSearcher exact;
  private SearchOptions search;

  /** Microseconds and distance computations per query. */
  private record Run(double micros, double distances) {}

  /** One query's search. */
  private interface Search {
    Neighbors of(float[] query, NodeFilter filter);
  }

  @Override
  public Integer call() throws Exception {
    data = options.load();
    FlatVectors vectors = FlatVectors.of(data.metric(), data.base());
    HnswGraph graph = build(vectors);
    searcher = new HnswSearcher(graph, vectors);
    if (sketches) {
      searcher.sketches(EdgeSketches.of(graph, vectors, threads));
    }
    exact = new ExactSearcher(vectors);
    search = SearchOptions.of(DataSet.K, ef);
    search = sketches ? search.withSketches() : search;
    FilterSets sets = new FilterSets(data, vectors);
    System.out.printf("%s, ef %d%n", options.describe(data), ef);
    System.out.printf(
        "%-16s %6s %8s %7s %9s %9s %9s %9s %8s%n",
        "filter", "%", "allowed", "recall", "distances", "us", "us exact", "us plain", "ratio");
    for (FilterSets.Kind kind : FilterSets.Kind.values()) {
      int queries = data.queries().length;
      if (kind == FilterSets.Kind.ANTI_CORRELATED) {
        queries = Math.min(queries, ANTI_CORRELATED_QUERIES);
      }
      for (double percent : percents) {
        report(kind, percent, sets.of(kind, percent / 100, queries), queries);
      }
    }
    return 0;
  }

  private HnswGraph build(FlatVectors vectors) {
    byte[] levels = new byte[vectors.size()];
    for (int node = 0; node < levels.length; node++) {
      levels[node] = Levels.of(0, node, options.m);
    }
    HnswParams params = new HnswParams(options.m, options.efConstruction);
    return new HnswBuilder(params, threads).build(vectors, levels);
  }

  private void report(FilterSets.Kind kind, double percent, NodeFilter[] filters, int queries) {
    Run[] filtered = new Run[rounds + 1];
    Run[] scan = new Run[rounds + 1];
    Run[] plain = new Run[rounds + 1];
    for (int round = 0; round <= rounds; round++) { // the first warms up
      filtered[round] = run((q, f) -> searcher.search(q, search, f), filters, queries);
      scan[round] = run((q, f) -> exact.search(q, search, f), filters, queries);
      plain[round] = run((q, f) -> searcher.search(q, search), filters, queries);
    }
    double micros = median(filtered);
    double exactMicros = median(scan);
    double plainMicros = median(plain);
    System.out.printf(
        "%-16s %6.1f %8d %7.4f %9.0f %9.1f %9.1f %9.1f %8.2f%n",
        kind.name().toLowerCase(java.util.Locale.ROOT),
        percent,
        filters[0].count(),
        recall(filters, queries),
        filtered[0].distances(),
        micros,
        exactMicros,
        plainMicros,
        micros / Math.min(exactMicros, plainMicros));
  }

  private Run run(Search search, NodeFilter[] filters, int queries) {
    long before = searcher.distanceComputations() + exact.distanceComputations();
    long start = System.nanoTime();
    for (int q = 0; q < queries; q++) {
      search.of(data.queries()[q], filters[q % filters.length]);
    }
    double micros = (System.nanoTime() - start) / 1e3 / queries;
    long after = searcher.distanceComputations() + exact.distanceComputations();
    return new Run(micros, (double) (after - before) / queries);
  }

  /** A neighbor is right when it is no farther than the true k-th. */
  private double recall(NodeFilter[] filters, int queries) {
    long right = 0;
    long wanted = 0;
    for (int q = 0; q < queries; q++) {
      NodeFilter filter = filters[q % filters.length];
      Neighbors truth = exact.search(data.queries()[q], search, filter);
      Neighbors found = searcher.search(data.queries()[q], search, filter);
      wanted += truth.size();
      for (int rank = 0; rank < found.size(); rank++) {
        right += found.distance(rank) <= truth.distance(truth.size() - 1) ? 1 : 0;
      }
    }
    return wanted == 0 ? 1 : (double) right / wanted;
  }

  private static double median(Run[] runs) {
    double[] sorted = Arrays.stream(runs).skip(1).mapToDouble(Run::micros).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
