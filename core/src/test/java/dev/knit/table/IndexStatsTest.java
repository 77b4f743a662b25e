package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.QualityOptions;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexStatsTest {
  @TempDir Path directory;

  @Test
  void eachSegmentIsJudgedOnItsOwn() throws Exception {
    TestTable table = new TestTable(directory);
    float[][] vectors = TestTable.random(300, 1);
    vectors[9] = vectors[8];
    Snapshot snapshot =
        table.commit(vectors, TestTable.random(1, 2), new float[0][TestTable.DIMENSION]);

    IndexStats stats =
        IndexStats.of(
            table.io, table.path, snapshot, QualityOptions.DEFAULT.queries(50).search(5, 100));

    assertThat(stats.version()).isEqualTo(1);
    assertThat(stats.rows()).isEqualTo(301);
    assertThat(stats.segments())
        .extracting(IndexStats.SegmentStats::uuid)
        .isEqualTo(snapshot.segments().stream().map(SegmentInfo::uuid).toList());
    assertThat(stats.segments())
        .extracting(IndexStats.SegmentStats::rows)
        .containsExactly(300, 1, 0);
    GraphQuality graph = stats.segments().get(0).graph();
    assertThat(graph.nodes()).isEqualTo(299);
    assertThat(graph.recall().queries()).isEqualTo(50);
    assertThat(graph.recall().recall()).isBetween(0.9, 1.0);
    assertThat(stats.segments().get(1).graph().recall()).isNull();
    assertThat(stats.segments().get(2).graph().levels()).isEmpty();
  }

  @Test
  void quantizedSegmentsAreJudgedByTheirRows() throws Exception {
    TestTable table = new TestTable(directory, Metric.COSINE, Quantization.INT8);
    Snapshot snapshot = table.commit(TestTable.random(300, 1));

    IndexStats stats = IndexStats.of(table.io, table.path, snapshot, QualityOptions.DEFAULT);

    assertThat(stats.segments().get(0).graph().recall().recall()).isBetween(0.9, 1.0);
  }

  @Test
  void aTableWithoutSegmentsHasNone() throws Exception {
    TestTable table = new TestTable(directory);

    IndexStats stats = IndexStats.of(table.io, table.path, table.commit(), QualityOptions.DEFAULT);

    assertThat(stats).isEqualTo(new IndexStats(1, 0, List.of()));
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    TestTable table = new TestTable(directory);
    Snapshot snapshot = table.commit(TestTable.random(30, 1));
    Path graph = directory.resolve(snapshot.segments().get(0).graphFiles().get(0).path());
    Files.delete(graph);

    assertThatThrownBy(() -> IndexStats.of(table.io, table.path, snapshot, QualityOptions.DEFAULT))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessage("'%s' is corrupt: it is missing.".formatted(graph));
  }
}
