package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.BufferVectors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentTest {
  @TempDir Path directory;
  private TestTable table;

  @BeforeEach
  void table() {
    table = new TestTable(directory);
  }

  @AfterEach
  void noMemoryLeaks() {
    assertThat(ArrowMemory.used()).isZero();
  }

  @Test
  void rowsAndNodesReadBack() throws Exception {
    float[][] vectors = TestTable.random(50, 1);
    vectors[30] = vectors[10];
    try (Segment segment = open(table.write(vectors, 100))) {
      assertThat(segment.rows()).isEqualTo(50);
      assertThat(segment.graph().size()).isEqualTo(49);
      FlatVectors expected = FlatVectors.of(table.params.metric(), vectors);
      for (int row = 0; row < 50; row++) {
        assertThat(segment.id(row)).isEqualTo(100L + row);
        assertThat(segment.value(row, 0)).isEqualTo("row " + row);
        assertThat(segment.metadata(row)).containsExactly("row " + row);
        assertThat(segment.vectors().hash(segment.node(row))).isEqualTo(expected.hash(row));
      }
      assertThat(segment.node(30)).isEqualTo(segment.node(10));
      assertThat(segment.rowCount(10)).isEqualTo(2);
      assertThat(segment.row(10, 0)).isEqualTo(10);
      assertThat(segment.row(10, 1)).isEqualTo(30);
      assertThat(segment.bytes()).isGreaterThan(49 * 4 * (TestTable.DIMENSION + 8));
    }
  }

  @Test
  void nodesMayBeInAnotherOrderThanRows() throws Exception {
    float[][] vectors = TestTable.random(3, 1);
    UUID uuid = UUID.randomUUID();
    RowsFile rows =
        table.writeRows(
            TableLayout.rows(uuid), new float[][] {vectors[2], vectors[0], vectors[1]}, 0);
    SegmentGraph graph = SegmentGraph.of(table.graph(vectors).graph(), new int[] {2, 0, 1});
    GraphPart part = write(uuid, graph);
    try (Segment segment = open(SegmentInfo.of(uuid, List.of(rows), List.of(part)))) {
      FlatVectors expected = FlatVectors.of(table.params.metric(), vectors);
      for (int node = 0; node < 3; node++) {
        assertThat(segment.vectors().hash(node)).isEqualTo(expected.hash(node));
      }
      assertThat(segment.row(2, 0)).isZero();
    }
  }

  @Test
  void rowsInSeveralFilesAreNumberedOn() throws Exception {
    float[][] vectors = TestTable.random(40, 1);
    UUID uuid = UUID.randomUUID();
    RowsFile first = table.writeRows("segments/a", Arrays.copyOfRange(vectors, 0, 15), 0);
    RowsFile none = table.writeRows("segments/b", new float[0][], 0);
    RowsFile second = table.writeRows("segments/c", Arrays.copyOfRange(vectors, 15, 40), 15);
    GraphPart graph = write(uuid, table.graph(vectors));
    SegmentInfo info = SegmentInfo.of(uuid, List.of(first, none, second), List.of(graph));
    try (Segment segment = open(info)) {
      for (int row = 0; row < 40; row++) {
        assertThat(segment.id(row)).isEqualTo((long) row);
      }
      assertThatThrownBy(() -> segment.id(40)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void vectorsTooLargeForTheHeapStayMapped(Metric metric) throws Exception {
    table = new TestTable(directory, metric);
    float[][] vectors = TestTable.random(300, 1);
    vectors[20] = vectors[10];
    SegmentInfo info = table.write(vectors, 0);
    Snapshot snapshot =
        Snapshot.first(table.schema, table.params, List.of(info), Operation.of("build"));
    try (SegmentData mapped = new SegmentLoader(table.io, table.path, snapshot, info, 0).load();
        Segment heap = Segment.open(table.io, table.path, snapshot, info)) {
      assertThat(mapped.vectors()).isInstanceOf(BufferVectors.class);
      assertThat(heap.vectors()).isInstanceOf(FlatVectors.class);
      for (float[] query : TestTable.random(20, 2)) {
        Neighbors found = new HnswSearcher(mapped.graph(), mapped.vectors()).search(query, 5, 40);
        Neighbors expected = new HnswSearcher(heap.graph(), heap.vectors()).search(query, 5, 40);
        for (int rank = 0; rank < 5; rank++) {
          assertThat(found.node(rank)).isEqualTo(expected.node(rank));
        }
      }
    }
  }

  @Test
  void nodeWithoutRowIsFound() throws Exception {
    float[][] vectors = TestTable.random(3, 1);
    UUID uuid = UUID.randomUUID();
    RowsFile rows = table.writeRows(TableLayout.rows(uuid), vectors, 0);
    SegmentGraph graph = SegmentGraph.of(table.graph(vectors).graph(), new int[] {0, 1, 0});
    SegmentInfo info = SegmentInfo.of(uuid, List.of(rows), List.of(write(uuid, graph)));
    assertThatThrownBy(() -> open(info))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("1 of 3 nodes have no row");
  }

  @Test
  void closedTwiceIsClosedOnce() throws Exception {
    Segment segment = open(table.write(TestTable.random(3, 1), 0));
    segment.close();
    segment.close();
  }

  private GraphPart write(UUID uuid, SegmentGraph graph) throws Exception {
    return GraphFile.write(
        table.io, table.path, TableLayout.graph(uuid), table.origin(uuid), graph);
  }

  private Segment open(SegmentInfo info) throws Exception {
    Snapshot snapshot =
        Snapshot.first(table.schema, table.params, List.of(info), Operation.of("build"));
    return Segment.open(table.io, table.path, snapshot, info);
  }
}
