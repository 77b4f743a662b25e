package dev.knit.spark;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.SegmentInfo;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellSegmentTest {
  private static final int ROWS = 3000;
  private static final IndexSpec SPEC =
      IndexSpec.of("id", "v").partitioning(Partitioning.CELLS).partitions(6);

  @TempDir Path directory;

  @Test
  void eachCellHasItsRowsAndItsPartOfTheGraphAndNoneIsMuchFullerThanOthers() {
    KnitIndex index = build(TestTables.items(20_000, 8, 3), SPEC.m(8).efConstruction(40));
    SegmentInfo segment = index.snapshot().segments().get(0);

    assertThat(segment.rowsFiles()).hasSize(6);
    assertThat(segment.graphFiles()).hasSize(6);
    assertThat(segment.rowsFiles())
        .allSatisfy(file -> assertThat(file.rows()).isLessThanOrEqualTo(20_000 * 5 / 4 / 6));
    assertThat(index.verify().problems()).isEmpty();
  }

  @Test
  void theReportTellsWhatEveryPhaseCost() {
    BuildReport report = build(TestTables.items(ROWS, 8, 4), SPEC).buildReport().orElseThrow();

    assertThat(report.partitioning()).isEqualTo("cells");
    assertThat(report.phases())
        .extracting(BuildReport.Phase::name)
        .containsExactly("check", "division", "subgraphs", "pairs", "selection", "upper", "links");
    assertThat(report.phases().subList(1, 7))
        .allSatisfy(phase -> assertThat(phase.distanceComputations()).isPositive());
    assertThat(report.phase("pairs").work().search())
        .isEqualTo(report.phase("pairs").distanceComputations());
    assertThat(report.phase("pairs").work().jumps()).isBetween(1L, (long) ROWS);
    assertThat(report.phase("selection").work().search()).isPositive();
    assertThat(report.phase("selection").work().selection()).isPositive();
    assertThat(report.phase("links").work().links()).isPositive();
    for (String phase : List.of("subgraphs", "pairs", "selection")) {
      assertThat(report.phase(phase).shuffleBytes()).as(phase).isPositive();
    }
    for (BuildReport.Phase phase : report.phases()) {
      assertThat(phase.cpuSeconds()).as(phase.name()).isPositive();
    }
    assertThat(report.peakHeapBytes()).isPositive();
  }

  @Test
  void rowsThatAreAllEqualAreOneNode() {
    Dataset<Row> equal = TestTables.items(ROWS, 8, 5).selectExpr("id", "array(1f, 2f) as v");

    assertNodes(build(equal, SPEC), 1);
  }

  @Test
  void farClustersAreOneGraph() {
    List<float[]> vectors = TestTables.clustered(ROWS, 8, 6);
    for (int i = 0; i < ROWS; i += 2) {
      vectors.get(i)[0] += 100_000;
    }

    IndexSpec exact = SPEC.quantization(Quantization.NONE); // codes measure such vectors roughly
    assertNodes(build(TestTables.items(vectors), exact), ROWS);
  }

  @Test
  void oneVectorMayHaveMostRows() {
    List<float[]> vectors = TestTables.clustered(ROWS, 8, 7);
    for (int i = 0; i < ROWS * 9 / 10; i++) {
      vectors.set(i, vectors.get(0));
    }

    assertNodes(build(TestTables.items(vectors), SPEC), ROWS / 10 + 1);
  }

  @Test
  void mostRowsMayBeInOneTightCluster() {
    List<float[]> vectors = TestTables.clustered(ROWS, 8, 8);
    Random random = new Random(8);
    for (int i = 0; i < ROWS * 9 / 10; i++) {
      for (int d = 0; d < 8; d++) {
        vectors.get(i)[d] = 7 + 0.001f * (float) random.nextGaussian();
      }
    }

    assertNodes(build(TestTables.items(vectors), SPEC), ROWS);
  }

  @ParameterizedTest
  @CsvSource({"INNER_PRODUCT, hash", "L2, cells", "COSINE, cells", "L1, cells"})
  void cellsAreChosenWhereTheyAreAsGood(Metric metric, String chosen) {
    KnitIndex index =
        build(TestTables.items(500, 4, 9), IndexSpec.of("id", "v").metric(metric).partitions(2));

    assertThat(index.buildReport().orElseThrow().partitioning()).isEqualTo(chosen);
  }

  @Test
  void cellsWorkUnderInnerProductWhenAskedFor() {
    KnitIndex index = build(TestTables.items(ROWS, 8, 10), SPEC.metric(Metric.INNER_PRODUCT));

    assertNodes(index, ROWS);
  }

  @Test
  void theGraphIsAboutAsGoodAsOneBuiltAtOnce() {
    List<float[]> vectors = TestTables.clustered(8300, 16, 11);
    Dataset<Row> items = TestTables.items(vectors.subList(0, 8000));
    float[][] queries = vectors.subList(8000, 8300).toArray(float[][]::new);
    double cells = build(items, SPEC).recall(queries, 10, 40).get(0).recall();

    assertThat(cells)
        .isGreaterThan(
            build(items, SPEC.partitions(1)).recall(queries, 10, 40).get(0).recall() - 0.02);
  }

  @ParameterizedTest
  @CsvSource({
    "routes, false, it is missing",
    "routes, true, checksum",
    "graph.knit, false, it is missing",
    "upper, true, checksum"
  })
  void aFileThatIsGoneOrDamagedAtMergeTimeFailsTheBuildAndNothingIsCommitted(
      String name, boolean damaged, String problem) throws Exception {
    Dataset<Row> items = TestTables.items(ROWS, 8, 13);
    Path path = directory.resolve("index");
    Saboteur saboteur = new Saboteur(path, name, damaged);
    saboteur.start();
    try {
      assertThatThrownBy(() -> KnitIndex.build(items, SPEC, path.toString()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("/" + name)
          .hasMessageContaining(problem);
    } finally {
      saboteur.end();
    }
    assertThat(RefusedInputTest.files(path)).isEmpty();
    KnitIndex again = KnitIndex.build(items.orderBy(rand(1)), SPEC, path.toString());
    assertThat(again.snapshot().version()).isEqualTo(1);
    assertNodes(again, ROWS);
  }

  /** Removes or damages files of a name below a directory as soon as they are there. */
  private static final class Saboteur extends Thread {
    private final Path root;
    private final String name;
    private final boolean damaged;
    private final List<Path> done = new ArrayList<>();
    private volatile boolean ended;

    Saboteur(Path root, String name, boolean damaged) {
      this.root = root;
      this.name = name;
      this.damaged = damaged;
    }

    void end() throws InterruptedException {
      ended = true;
      join();
      assertThat(done).as("files that were sabotaged").isNotEmpty();
    }

    @Override
    public void run() {
      while (!ended && done.isEmpty()) {
        try (Stream<Path> files = Files.exists(root) ? Files.walk(root) : Stream.of()) {
          files
              .filter(file -> file.endsWith(name) && file.getParent().toString().contains("cell-"))
              .filter(file -> isWritten(file))
              .findFirst()
              .ifPresent(this::sabotage);
        } catch (IOException | UncheckedIOException e) {
          continue; // it changed while it was walked
        }
      }
    }

    /** Files of a cell are whole when the last of them is there. */
    private static boolean isWritten(Path file) {
      try (Stream<Path> upper = Files.walk(file.getParent().getParent())) {
        return upper.anyMatch(other -> other.endsWith("upper"));
      } catch (IOException e) {
        return false;
      }
    }

    private void sabotage(Path file) {
      try {
        if (damaged) {
          byte[] bytes = Files.readAllBytes(file);
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        } else {
          Files.delete(file);
        }
        done.add(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void assertNodes(KnitIndex index, int nodes) {
    assertThat(index.verify().problems()).isEmpty();
    assertThat(index.snapshot().segments()).hasSize(1);
    assertThat(index.snapshot().segments().get(0).nodes()).isEqualTo(nodes);
  }

  private KnitIndex build(Dataset<Row> items, IndexSpec spec) {
    return KnitIndex.build(items, spec.overwriting(), directory.resolve("index").toString());
  }
}
