package dev.knit.benchmarks;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.io.VecsReader;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors to index, queries, and the true neighbors of the queries.
 *
 * @param truth the nodes of the {@value #K} nearest vectors of each query
 */
record DataSet(String name, Metric metric, float[][] base, float[][] queries, int[][] truth) {
  static final int K = 10;

  /** The first {@code rows} vectors and {@code queryCount} queries of two files. */
  static DataSet load(Path base, Path queries, Metric metric, int rows, int queryCount)
      throws IOException {
    float[][] baseVectors = read(base, rows);
    float[][] queryVectors = read(queries, queryCount);
    String name = base.getParent().getFileName() + "-" + baseVectors.length;
    int[][] truth = truth(name + "-" + queryVectors.length, metric, baseVectors, queryVectors);
    return new DataSet(name, metric, baseVectors, queryVectors, truth);
  }

  int dimension() {
    return base[0].length;
  }

  /** The share of true neighbors among those found, where {@code found[q]} are q's nodes. */
  double recall(int[][] found) {
    long hits = 0;
    for (int q = 0; q < found.length; q++) {
      for (int node : found[q]) {
        for (int i = 0; i < K; i++) {
          hits += truth[q][i] == node ? 1 : 0;
        }
      }
    }
    return (double) hits / ((long) found.length * K);
  }

  private static float[][] read(Path file, int most) throws IOException {
    List<float[]> vectors = new ArrayList<>();
    try (VecsReader reader = VecsReader.open(Files.newInputStream(file), file.toString())) {
      for (float[] v = reader.next(); v != null && vectors.size() < most; v = reader.next()) {
        vectors.add(v);
      }
    }
    return vectors.toArray(float[][]::new);
  }

  /** Computed once and kept in the directory for temporary files. */
  private static int[][] truth(String name, Metric metric, float[][] base, float[][] queries)
      throws IOException {
    Path cache =
        Path.of(System.getProperty("java.io.tmpdir"), "knit-truth", name + "-" + metric.id());
    int[][] truth = new int[queries.length][K];
    if (Files.exists(cache)) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(cache)))) {
        for (int[] row : truth) {
          for (int i = 0; i < K; i++) {
            row[i] = in.readInt();
          }
        }
      }
      return truth;
    }
    ExactSearcher searcher = new ExactSearcher(FlatVectors.of(metric, base));
    for (int q = 0; q < queries.length; q++) {
      Neighbors neighbors = searcher.search(queries[q], K);
      for (int i = 0; i < K; i++) {
        truth[q][i] = neighbors.node(i);
      }
    }
    Files.createDirectories(cache.getParent());
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(cache)))) {
      for (int[] row : truth) {
        for (int node : row) {
          out.writeInt(node);
        }
      }
    }
    return truth;
  }
}
