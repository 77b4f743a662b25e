package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.knit.io.VecsReader;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 10,000 vectors of BIGANN against the neighbors that were published with them. */
class BigannTest {
  private static final int K = 10;
  private static float[][] rows;
  private static float[][] queries;
  private static int[][] truth;

  /** Before each test, since the report leaves out why a whole class was skipped. */
  @BeforeEach
  void read() throws IOException {
    if (rows != null) {
      return;
    }
    String data = System.getProperty("knit.data", "../shared/data");
    Path directory = Path.of(data, "bigann10k");
    assumeTrue(
        Files.isDirectory(directory),
        () -> "Skipped: there is no " + directory + "; set the property knit.data.");
    rows = vectors(directory.resolve("bigann10k_base.bvecs"));
    queries = vectors(directory.resolve("bigann10k_query.bvecs"));
    truth = neighbors(directory.resolve("bigann10k_groundtruth.ivecs"));
    assertThat(rows).hasNumberOfRows(10_000);
    assertThat(truth).hasNumberOfRows(queries.length);
  }

  @Test
  void exactSearchFindsThePublishedNeighbors() {
    FlatVectors vectors = FlatVectors.of(Metric.L2, rows);
    ExactSearcher exact = new ExactSearcher(vectors);

    int hits = 0;
    for (int q = 0; q < queries.length; q++) {
      Neighbors found = exact.search(queries[q], K);
      hits += hits(found, truth[q], null);
    }

    assertThat(hits).isEqualTo(queries.length * K);
  }

  @Test
  void aBuiltGraphFindsThePublishedNeighbors() {
    FlatVectors vectors = FlatVectors.of(Metric.L2, rows);

    HnswGraph graph =
        new HnswBuilder(HnswParams.DEFAULT, 2)
            .build(vectors, TestVectors.levels(0, rows.length, 16));

    GraphInvariants.assertValid(graph, vectors);
    assertThat(recall(graph, vectors, null)).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void aGraphMergedFromFourFindsThePublishedNeighbors() {
    List<HnswGraph> subgraphs = new ArrayList<>();
    for (int first = 0; first < rows.length; first += 2500) {
      float[][] part = Arrays.copyOfRange(rows, first, first + 2500);
      subgraphs.add(
          new HnswBuilder(HnswParams.DEFAULT, 2)
              .build(FlatVectors.of(Metric.L2, part), TestVectors.levels(first, 2500, 16)));
    }

    MergedGraph merged = new GraphMerger(2).merge(FlatVectors.of(Metric.L2, rows), subgraphs);

    GraphInvariants.assertValid(merged.graph(), merged.vectors());
    assertThat(recall(merged.graph(), merged.vectors(), merged.nodes()))
        .isGreaterThanOrEqualTo(0.99);
  }

  private static double recall(HnswGraph graph, VectorValues vectors, int[] nodes) {
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    int hits = 0;
    for (int q = 0; q < queries.length; q++) {
      hits += hits(searcher.search(queries[q], K, 100), truth[q], nodes);
    }
    return (double) hits / (queries.length * K);
  }

  /** How many of the first K of {@code truth} were found, whose rows became {@code nodes}. */
  private static int hits(Neighbors found, int[] truth, int[] nodes) {
    int hits = 0;
    for (int i = 0; i < K; i++) {
      int node = nodes == null ? truth[i] : nodes[truth[i]];
      for (int rank = 0; rank < found.size(); rank++) {
        hits += found.node(rank) == node ? 1 : 0;
      }
    }
    return hits;
  }

  private static float[][] vectors(Path file) throws IOException {
    List<float[]> vectors = new ArrayList<>();
    try (VecsReader reader = VecsReader.open(Files.newInputStream(file), file.toString())) {
      for (float[] vector = reader.next(); vector != null; vector = reader.next()) {
        vectors.add(vector);
      }
    }
    return vectors.toArray(float[][]::new);
  }

  private static int[][] neighbors(Path ivecs) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(ivecs)).order(ByteOrder.LITTLE_ENDIAN);
    List<int[]> rows = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int[] row = new int[bytes.getInt()];
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes.getInt();
      }
      rows.add(row);
    }
    return rows.toArray(int[][]::new);
  }
}
