package dev.knit.benchmarks;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * True neighbors, found by measuring everything once, and kept in {@code knit-truth} in the
 * directory for temporary files under a name that holds a hash of all vectors.
 */
final class Truth {
  private Truth() {}

  /** The nodes of the {@link DataSet#K} nearest vectors of each query, nearest first. */
  static int[][] of(String name, Metric metric, float[][] base, float[][] queries)
      throws IOException {
    String key =
        "%s-%d-%s-%08x-%08x"
            .formatted(
                name,
                queries.length,
                metric.id(),
                Arrays.deepHashCode(base),
                Arrays.deepHashCode(queries));
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "knit-truth", key);
    if (Files.exists(cache)) {
      return read(cache, queries.length);
    }
    int[][] truth = compute(metric, base, queries);
    write(truth, cache);
    return truth;
  }

  private static int[][] compute(Metric metric, float[][] base, float[][] queries) {
    ExactSearcher searcher = new ExactSearcher(FlatVectors.of(metric, base));
    int[][] truth = new int[queries.length][DataSet.K];
    for (int q = 0; q < queries.length; q++) {
      Neighbors neighbors = searcher.search(queries[q], DataSet.K);
      for (int i = 0; i < DataSet.K; i++) {
        truth[q][i] = neighbors.node(i);
      }
    }
    return truth;
  }

  private static int[][] read(Path cache, int queries) throws IOException {
    int[][] truth = new int[queries][DataSet.K];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(cache)))) {
      for (int[] row : truth) {
        for (int i = 0; i < DataSet.K; i++) {
          row[i] = in.readInt();
        }
      }
    }
    return truth;
  }

  private static void write(int[][] truth, Path cache) throws IOException {
    Files.createDirectories(cache.getParent());
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(cache)))) {
      for (int[] row : truth) {
        for (int node : row) {
          out.writeInt(node);
        }
      }
    }
  }
}
