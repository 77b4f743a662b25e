package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableVerifierTest {
  @TempDir Path directory;
  private TestTable table;

  @BeforeEach
  void table() {
    table = new TestTable(directory);
  }

  @Test
  void wholeTableHasNoProblems() throws Exception {
    float[][] vectors = TestTable.random(30, 1);
    vectors[9] = vectors[8];
    Snapshot snapshot = table.commit(vectors, TestTable.random(20, 2));
    TableVerifier.Report report = TableVerifier.verify(table.io, table.path, snapshot);
    assertThat(report.problems()).isEmpty();
    assertThat(report.isWhole()).isTrue();
    assertThat(report.files()).isEqualTo(6);
    assertThat(report.bytes())
        .isEqualTo(snapshot.segments().stream().mapToLong(SegmentInfo::bytes).sum());
  }

  @Test
  void everyDamagedFileIsReported() throws Exception {
    Snapshot snapshot = table.commit(TestTable.random(30, 1), TestTable.random(20, 2));
    Path rows = directory.resolve(snapshot.segments().get(0).rowsFiles().get(0).path());
    Path graph = directory.resolve(snapshot.segments().get(1).graphFiles().get(0).path());
    byte[] bytes = Files.readAllBytes(rows);
    bytes[bytes.length / 2]++;
    Files.write(rows, bytes);
    Files.delete(graph);
    List<String> problems = TableVerifier.verify(table.io, table.path, snapshot).problems();
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0)).startsWith("'%s' is corrupt: checksum".formatted(rows));
    assertThat(problems.get(1)).isEqualTo("'%s' is corrupt: it is missing.".formatted(graph));
  }

  @Test
  void idsOfOtherRowsAreReported() throws Exception {
    SegmentInfo segment = table.commit(TestTable.random(30, 1)).segments().get(0);
    RowsFile rows = segment.rowsFiles().get(0);
    IdsFile others = table.writeRows("others.arrow", TestTable.random(30, 1), 1).ids();
    RowsFile mixed =
        new RowsFile(rows.path(), rows.bytes(), rows.crc32c(), rows.rows(), others, rows.stats());
    SegmentInfo info = SegmentInfo.of(segment.uuid(), List.of(mixed), segment.graphFiles());
    Snapshot snapshot =
        Snapshot.first(table.schema, table.params, List.of(info), Operation.of("build"));
    assertThat(TableVerifier.verify(table.io, table.path, snapshot).problems())
        .containsExactly("'others.ids' has other ids than '%s'.".formatted(rows.path()));
  }

  @Test
  void rowThatSharesANodeWithAnotherVectorIsReported() throws Exception {
    float[][] vectors = TestTable.random(30, 1);
    vectors[20] = vectors[10];
    UUID uuid = UUID.randomUUID();
    SegmentGraph graph = table.graph(vectors);
    vectors[20] = vectors[11];
    RowsFile rows = table.writeRows(TableLayout.rows(uuid), vectors, 0);
    GraphPart part =
        GraphFile.write(table.io, table.path, TableLayout.graph(uuid), table.origin(uuid), graph);
    SegmentInfo segment = SegmentInfo.of(uuid, List.of(rows), List.of(part));
    Snapshot snapshot =
        Snapshot.first(table.schema, table.params, List.of(segment), Operation.of("build"));
    assertThat(TableVerifier.verify(table.io, table.path, snapshot).problems())
        .containsExactly(
            "Rows 10 and 20 of segment %s share a node, but their vectors differ.".formatted(uuid));
  }
}
