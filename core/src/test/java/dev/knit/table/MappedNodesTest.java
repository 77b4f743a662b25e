package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MappedNodesTest {
  private static final int DIMENSION = 6;

  @TempDir Path directory;
  private String before;

  @BeforeEach
  void here() {
    before = System.setProperty("knit.local.dir", directory.toString());
  }

  @AfterEach
  void asBefore() {
    if (before == null) {
      System.clearProperty("knit.local.dir");
    } else {
      System.setProperty("knit.local.dir", before);
    }
  }

  private static IndexParams params(Metric metric) {
    return new IndexParams(metric, 4, 20, 7, 10, Quantization.INT8);
  }

  /** More than a buffer's worth of rows, in runs, jumps and repetitions. */
  @ParameterizedTest
  @EnumSource(Metric.class)
  void vectorsAreThoseThatTheHeapWouldHold(Metric metric) throws Exception {
    int nodes = 60_000;
    Random random = new Random(3);
    int[] rowNodes =
        IntStream.concat(
                IntStream.range(nodes / 2, nodes),
                IntStream.concat(
                    random.ints(1000, 0, nodes / 2),
                    IntStream.range(0, nodes / 2).map(i -> nodes / 2 - 1 - i)))
            .toArray();
    float[] rows = new float[rowNodes.length * DIMENSION];
    int[] first = new int[nodes];
    Arrays.fill(first, -1);
    for (int row = 0; row < rowNodes.length; row++) {
      if (first[rowNodes[row]] < 0) {
        first[rowNodes[row]] = row;
      }
      for (int i = 0; i < DIMENSION; i++) {
        rows[row * DIMENSION + i] = (float) random.nextGaussian();
      }
    }
    VectorValues mapped = fill(new MappedNodes(params(metric), DIMENSION, nodes, rowNodes), rows);
    VectorValues flat = fill(new NodeVectors(params(metric), DIMENSION, nodes, rowNodes), rows);

    float[] expected = new float[DIMENSION];
    float[] actual = new float[DIMENSION];
    Distances exact = mapped.exact().distances();
    Distances truth = flat.distances();
    for (int node = 0; node < nodes; node += 97) {
      flat.copy(node, expected);
      mapped.copy(node, actual);
      assertThat(actual).as("node %d", node).containsExactly(expected);
      exact.fromNode(node);
      truth.fromNode(node);
      assertThat(exact.to(5)).isEqualTo(truth.to(5));
      assertThat(mapped.hash(node)).isEqualTo(flat.hash(node));
    }
    assertThat(mapped.same(3, 3)).isTrue();
    assertThat(mapped.same(3, 4)).isFalse();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private static VectorValues fill(NodeSink sink, float[] rows) throws Exception {
    try (sink) {
      for (int row = 0; row < rows.length / DIMENSION; row++) {
        sink.add(row, rows, row * DIMENSION);
      }
      return sink.build();
    }
  }

  @Test
  void aNodeWithoutRowIsRefused() throws Exception {
    try (NodeSink sink = NodeSink.of(params(Metric.L2), DIMENSION, 3, new int[] {0, 2})) {
      sink.add(0, new float[DIMENSION], 0);
      sink.add(1, new float[DIMENSION], 0);
      assertThatIllegalArgumentException()
          .isThrownBy(sink::build)
          .withMessage("1 of 3 nodes have no row");
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path missing = directory.resolve("missing");
    System.setProperty("knit.local.dir", missing.toString());
    assertThatIOException()
        .isThrownBy(() -> NodeSink.of(params(Metric.L2), DIMENSION, 3, null))
        .withMessage(
            "The exact vectors of a quantized index need a file in '%s', which cannot be made;"
                + " name another directory by -Dknit.local.dir.",
            missing);
  }
}
