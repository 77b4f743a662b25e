package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowVectorsTest {
  private static final long SEED = 3;
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Metric.class)
  void vectorsAreThoseThatWereWritten(Metric metric) throws Exception {
    TestTable table = new TestTable(directory, metric);
    float[][] vectors = TestTable.random(9000, SEED); // two batches
    Snapshot snapshot = table.commit(vectors);
    SegmentInfo info = snapshot.segments().get(0);

    try (Segment segment = Segment.open(table.io, table.path, snapshot, info)) {
      RowVectors rows = new RowVectors(table.io, table.path, snapshot, info, segment);
      for (int row : new int[] {8999, 0, 8191, 8192, 17}) {
        assertThat(rows.vector(row)).isEqualTo(vectors[row]);
      }
    }
  }

  @Test
  void filesThatChangeUnderAnOpenSegmentAreFoundOut() throws Exception {
    TestTable table = new TestTable(directory, Metric.COSINE);
    float[][] vectors = TestTable.random(50, SEED);
    Snapshot snapshot = table.commit(vectors);
    SegmentInfo info = snapshot.segments().get(0);

    try (Segment segment = Segment.open(table.io, table.path, snapshot, info)) {
      Path file = directory.resolve(info.rowsFiles().get(0).path());
      Path other = directory.resolve("other");
      Snapshot changed = new TestTable(other, Metric.COSINE).commit(TestTable.random(50, SEED + 1));
      Files.write(
          file,
          Files.readAllBytes(other.resolve(changed.segments().get(0).rowsFiles().get(0).path())));
      RowVectors rows = new RowVectors(table.io, table.path, snapshot, info, segment);

      assertThatThrownBy(() -> rows.vector(3))
          .isInstanceOf(CorruptIndexException.class)
          .hasMessageContaining("the vector of row 3 is another than when it was opened");
    }
  }
}
