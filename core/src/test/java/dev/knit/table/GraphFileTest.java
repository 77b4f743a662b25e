package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.GraphSlice;
import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphFileTest {
  private static final UUID SEGMENT = new UUID(1, 2);

  @TempDir Path directory;
  private TestTable table;
  private SegmentGraph graph;

  @BeforeEach
  void graphWithSharedNodes() {
    table = new TestTable(directory);
    float[][] vectors = TestTable.random(300, 1);
    vectors[200] = vectors[3];
    vectors[201] = vectors[3];
    graph = table.graph(vectors);
  }

  @Test
  void graphWithLengthsReadsBackAsWritten() throws Exception {
    assertThat(graph.graph().lengths(0)).isNotNull();
    assertSame(GraphFile.read(table.io, table.path, write(graph)), graph);
  }

  @Test
  void graphWithoutLengthsReadsBackAsWritten() throws Exception {
    SegmentGraph bare = SegmentGraph.of(graph.graph().withoutLengths(), graph.rowNodes());
    GraphPart part = write(bare);
    assertSame(GraphFile.read(table.io, table.path, part), bare);
    assertThat(part.bytes() % GraphSection.ALIGNMENT).isEqualTo(GraphTrailer.LENGTH);
  }

  @Test
  void graphOfRowsThatAreNodesReadsBackAsWritten() throws Exception {
    SegmentGraph plain = table.graph(TestTable.random(50, 2));
    assertThat(plain.rowNodes()).isNull();
    assertSame(GraphFile.read(table.io, table.path, write(plain)), plain);
  }

  @Test
  void emptyGraphReadsBackAsWritten() throws Exception {
    SegmentGraph empty = table.graph(new float[0][]);
    assertSame(GraphFile.read(table.io, table.path, write(empty)), empty);
  }

  @Test
  void graphInPartsReadsBackAsOne() throws Exception {
    GraphPart first = write("first", new GraphRange(0, 100, 0, 120));
    GraphPart second = write("second", new GraphRange(100, 198, 120, 180));
    assertSame(GraphFile.read(table.io, table.path, List.of(first, second)), graph);
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, List.of(first)))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("it is of a graph of 298 nodes, not 100");
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, List.of(second, first)))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("it is not the next part of its graph");
  }

  @Test
  void slicesWriteTheSameBytesAsParts() throws Exception {
    HnswGraph whole = graph.graph().withoutLengths();
    SegmentGraph bare = SegmentGraph.of(whole, graph.rowNodes());
    GraphRange range = new GraphRange(0, 298, 0, 300);
    GraphPart part =
        GraphFile.write(table.io, table.path, "part", table.origin(SEGMENT), bare, range);
    GraphSlice slice = new GraphSlice(whole.m(), whole.levels(), whole.lists(0), whole.lists(1));
    GraphTotals totals = GraphTotals.of(bare);

    GraphPart same =
        GraphFile.write(
            table.io,
            table.path,
            "slice",
            table.origin(SEGMENT),
            totals,
            range,
            slice,
            graph.rowNodes());

    assertThat(same.crc32c()).isEqualTo(part.crc32c());
    assertThat(same.bytes()).isEqualTo(part.bytes());
  }

  @Test
  void graphsAreNamedByWhatTheyFollowFrom() {
    GraphPart file = new GraphPart("a", 10, 20, 0, 1);
    GraphPart elsewhere = new GraphPart("b", 10, 20, 0, 1);
    GraphPart other = new GraphPart("a", 10, 21, 0, 1);

    assertThat(GraphOrigin.of(table.params, 4, List.of(file)))
        .isEqualTo(GraphOrigin.of(table.params, 4, List.of(elsewhere)))
        .isNotEqualTo(GraphOrigin.of(table.params, 4, List.of(other)))
        .isNotEqualTo(GraphOrigin.of(table.params, 5, List.of(file)));
  }

  @Test
  void graphOfAnotherMIsNotWritten() {
    IndexParams other = new IndexParams(table.params.metric(), 8, 20, 7, 0, Quantization.INT8);
    GraphOrigin origin = new GraphOrigin(SEGMENT, other, TestTable.DIMENSION);
    assertThatThrownBy(() -> GraphFile.write(table.io, table.path, "g", origin, graph))
        .hasMessage("The graph has m 4, but the index has 8.");
  }

  @ParameterizedTest
  @CsvSource({"8, L2, 6", "4, COSINE, 6", "4, L2, 7"})
  void graphsOfAnotherMOrMetricOrDimensionAreRefused(int m, Metric metric, int dimension)
      throws Exception {
    List<GraphPart> parts = List.of(write(graph));
    IndexParams own = table.params;
    IndexParams other = new IndexParams(metric, m, 20, own.seed(), 0, own.quantization());
    int ownDimension = TestTable.DIMENSION;

    assertSame(GraphFile.read(table.io, table.path, parts, own, ownDimension), graph);
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, parts, other, dimension))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining(
            "its graph has m %d, metric l2 and dimension %d, but the index has %d, %s and %d",
            own.m(), ownDimension, m, metric.id(), dimension);
  }

  @Test
  void differentGraphsHaveDifferentChecksums() throws Exception {
    GraphPart first = write(graph);
    Files.delete(directory.resolve("graph.knit"));
    GraphPart second = write(table.graph(TestTable.random(298, 9)));
    assertThat(second.crc32c()).isNotEqualTo(first.crc32c());
  }

  @Test
  void newerMajorVersionIsRefused() throws Exception {
    GraphPart part = rewrite(write(graph), head -> head.putShort(8, (short) 2));
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, part))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage(
            "'%s/graph.knit' has graph format 2, which this version of Knit cannot read; use a"
                + " newer one.",
            table.path);
  }

  @Test
  void unknownRequiredFlagIsRefused() throws Exception {
    GraphPart part = rewrite(write(graph), head -> head.putLong(16, 4));
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, part))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("needs flags 0x4");
  }

  @Test
  void newerMinorVersionAndUnknownSectionsAreRead() throws Exception {
    GraphPart part =
        rewrite(
            write(graph),
            head -> {
              head.putShort(10, (short) 9);
              head.putLong(24, -1);
              head.putInt(112 + 3 * 32, 1000); // the two sections of lengths
              head.putInt(112 + 4 * 32, 1001);
            });
    SegmentGraph bare = SegmentGraph.of(graph.graph().withoutLengths(), graph.rowNodes());
    assertSame(GraphFile.read(table.io, table.path, part), bare);
  }

  @Test
  void countsThatDoNotFitTheFileAreFoundBeforeMemoryIsTaken() throws Exception {
    GraphPart written = write(graph);
    byte[] bytes = Files.readAllBytes(directory.resolve("graph.knit"));
    for (int field : new int[] {84, 92, 96, 104, 108}) {
      GraphPart part =
          rewrite(written, bytes.clone(), head -> head.putInt(field, Integer.MAX_VALUE));
      assertThatThrownBy(() -> GraphFile.read(table.io, table.path, part))
          .as("field at %d", field)
          .isInstanceOf(CorruptIndexException.class);
    }
    GraphPart part =
        rewrite(written, bytes.clone(), head -> head.putLong(112 + 16, Long.MAX_VALUE));
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, part))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("section 1 is out of place");
  }

  @Test
  void neighborThatDoesNotExistIsFound() throws Exception {
    HnswGraph real = graph.graph();
    GraphPart part = write(graph);
    Path file = directory.resolve("graph.knit");
    byte[] bytes = Files.readAllBytes(file);
    GraphSection section = head(bytes).section(GraphSection.L0);
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt((int) section.offset(), real.size());
    int crc = crcOf(bytes, (int) section.offset(), (int) section.length());
    all.putInt(112 + 32 + 24, crc);
    GraphPart changed = rewrite(part, bytes, head -> {});
    assertThatThrownBy(() -> GraphFile.read(table.io, table.path, changed))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("neighbor 298 does not exist on its level");
  }

  private GraphPart write(SegmentGraph written) throws Exception {
    return GraphFile.write(table.io, table.path, "graph.knit", table.origin(SEGMENT), written);
  }

  private GraphPart write(String name, GraphRange range) throws Exception {
    return GraphFile.write(table.io, table.path, name, table.origin(SEGMENT), graph, range);
  }

  private GraphPart rewrite(GraphPart part, Consumer<ByteBuffer> change) throws Exception {
    return rewrite(part, Files.readAllBytes(directory.resolve(part.path())), change);
  }

  /** Changes the head of a file as a newer Knit, or a bad one, would have written it. */
  private GraphPart rewrite(GraphPart part, byte[] bytes, Consumer<ByteBuffer> change)
      throws Exception {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = all.getInt(12) - Integer.BYTES;
    change.accept(all);
    all.putInt(end, GraphHeader.checksum(bytes, end));
    int trailer = bytes.length - GraphTrailer.LENGTH;
    all.putInt(trailer, GraphHeader.checksum(bytes, trailer));
    Files.write(directory.resolve(part.path()), bytes);
    int crc = crcOf(bytes, 0, bytes.length);
    return new GraphPart(part.path(), bytes.length, crc, part.firstNode(), part.nodes());
  }

  private static GraphHeader head(byte[] bytes) {
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
    return GraphHeader.of(Arrays.copyOf(bytes, length));
  }

  private static int crcOf(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void assertSame(SegmentGraph actual, SegmentGraph expected) {
    HnswGraph a = actual.graph();
    HnswGraph b = expected.graph();
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.rowNodes()).isEqualTo(expected.rowNodes());
    assertThat(a.entryPoint()).isEqualTo(b.entryPoint());
    assertThat(a.m()).isEqualTo(b.m());
    assertThat(a.levels()).isEqualTo(b.levels());
    for (int level = 0; level < 2; level++) {
      assertThat(a.lists(level)).isEqualTo(b.lists(level));
      assertThat(a.lengths(level)).isEqualTo(b.lengths(level));
    }
  }
}
