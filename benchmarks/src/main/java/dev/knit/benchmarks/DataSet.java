package dev.knit.benchmarks;

import dev.knit.io.VecsReader;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Vectors to index, queries, and the true neighbors of the queries. Under cosine all have unit
 * length, so that libraries may compare them by their dot product.
 *
 * @param truth the nodes of the {@value #K} nearest vectors of each query, nearest first
 */
record DataSet(String name, Metric metric, float[][] base, float[][] queries, int[][] truth) {
  static final int K = 10;

  /** The first {@code rows} vectors and {@code queryCount} queries of two files. */
  static DataSet load(DataSets.Files files, int rows, int queryCount) throws IOException {
    float[][] base = read(files.base(), rows);
    float[][] queries = read(files.queries(), queryCount);
    if (base.length < K || queries.length < 1) {
      throw new IllegalArgumentException(
          "There are %d vectors and %d queries; at least %d and 1 are needed."
              .formatted(base.length, queries.length, K));
    }
    String directory = files.base().toAbsolutePath().getParent().getFileName().toString();
    return of(directory + "-" + base.length, files.metric(), base, queries);
  }

  /** A data set of vectors in memory, which it may change. */
  static DataSet of(String name, Metric metric, float[][] base, float[][] queries)
      throws IOException {
    if (metric == Metric.COSINE) {
      Arrays.stream(base).forEach(DataSet::toUnitLength);
      Arrays.stream(queries).forEach(DataSet::toUnitLength);
    }
    return new DataSet(name, metric, base, queries, Truth.of(name, metric, base, queries));
  }

  int dimension() {
    return base[0].length;
  }

  /**
   * The share of the {@value #K} places of all queries that are filled by a vector as near as the
   * true neighbor of rank {@value #K}, where {@code found[q]} are q's nodes. So whoever finds
   * another of equally near vectors than the truth names is not wrong.
   */
  double recall(int[][] found) {
    return recall(found, IntStream.range(0, found.length).toArray());
  }

  /** The same of some of the queries. */
  double recall(int[][] found, int[] some) {
    long hits = 0;
    for (int q : some) {
      float[] query = queries[q];
      double farthest = distance(query, base[truth[q][K - 1]]);
      hits +=
          Arrays.stream(found[q])
              .distinct()
              .filter(node -> node >= 0 && distance(query, base[node]) <= farthest)
              .limit(K)
              .count();
    }
    return (double) hits / ((long) some.length * K);
  }

  private double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum +=
          switch (metric) {
            case L2 -> difference * difference;
            case L1 -> Math.abs(difference);
            case COSINE, INNER_PRODUCT -> (double) -a[i] * b[i];
          };
    }
    return sum;
  }

  private static void toUnitLength(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
    }
  }

  private static float[][] read(Path file, int most) throws IOException {
    if (IdxReader.reads(file.toString())) {
      return IdxReader.read(file, most);
    }
    List<float[]> vectors = new ArrayList<>();
    try (VecsReader reader = VecsReader.open(Files.newInputStream(file), file.toString())) {
      while (vectors.size() < most) {
        float[] vector = reader.next();
        if (vector == null) {
          break;
        }
        vectors.add(vector);
      }
    }
    return vectors.toArray(float[][]::new);
  }
}
