package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecallCurveTest {
  @TempDir Path directory;
  private final List<Segment> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Segment::close);
  }

  private List<Segment> segments(TestTable table, float[][]... vectors) throws IOException {
    Snapshot snapshot = table.commit(vectors);
    for (SegmentInfo info : snapshot.segments()) {
      open.add(Segment.open(table.io, table.path, snapshot, info));
    }
    return open;
  }

  @ParameterizedTest
  @EnumSource
  void aBeamAsWideAsTheGraphFindsAllNeighborsOfRows(Metric metric) throws Exception {
    float[][] first = TestTable.random(200, 1);
    first[9] = first[8]; // a neighbor at no distance, which is another row
    List<Segment> segments =
        segments(
            new TestTable(directory, metric, Quantization.INT8), first, TestTable.random(30, 2));

    RecallCurve curve = RecallCurve.ofRows(segments, 1000, 7, 0);
    List<RecallCurve.Point> points = curve.measure(7, 300);

    assertThat(curve.queries()).isEqualTo(230);
    assertThat(points.get(1).recall()).isEqualTo(1);
    assertThat(points.get(0).recall()).isLessThan(1);
    assertThat(points.get(0).distancesPerQuery()).isLessThan(points.get(1).distancesPerQuery());
  }

  @Test
  void aRowIsNoNeighborOfItself() throws Exception {
    List<Segment> segments = segments(new TestTable(directory), TestTable.random(400, 1));
    IndexSearcher searcher = new IndexSearcher(segments);
    float[] vector = new float[TestTable.DIMENSION];
    int right = 0;
    for (int row = 0; row < 400; row++) {
      segments.get(0).vectors().copy(row, vector);
      float nearest = searcher.searchExact(vector, 2).distance(1);
      Hits found = searcher.search(vector, 2, 2);
      for (int rank = 0; rank < 2; rank++) {
        right += found.row(rank) != row && found.distance(rank) <= nearest ? 1 : 0;
      }
    }

    double recall = RecallCurve.ofRows(segments, 400, 1, 0).measure(1).get(0).recall();

    assertThat(recall).isEqualTo(right / 400.0).isBetween(0.5, 0.99);
  }

  @Test
  void fewerRowsThanNeighborsAreAllWanted() throws Exception {
    List<Segment> segments = segments(new TestTable(directory), TestTable.random(4, 1));

    assertThat(RecallCurve.ofRows(segments, 10, 10, 0).measure(10).get(0).recall()).isEqualTo(1);
  }

  @Test
  void oneRowHasNoNeighbors() throws Exception {
    List<Segment> one = segments(new TestTable(directory), TestTable.random(1, 1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecallCurve.ofRows(one, 10, 10, 0))
        .withMessage("There are no neighbors to find.");
  }

  @Test
  void anIndexWithoutRowsHasNoNeighbors() throws Exception {
    List<Segment> none = segments(new TestTable(directory));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RecallCurve(none, TestTable.random(1, 1), 10))
        .withMessage("There are no neighbors to find.");
  }
}
