package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowingSegmentTest {
  @TempDir Path directory;
  private TestTable table;
  private Snapshot base;

  @BeforeEach
  void createTable() throws IOException {
    create(Metric.L2, Quantization.NONE);
  }

  private void create(Metric metric, Quantization quantization) throws IOException {
    table = new TestTable(Files.createTempDirectory(directory, "table"), metric, quantization);
    base = Snapshot.first(table.schema, table.params, List.of(), Operation.of(Operation.BUILD));
    TableCommit.create(table.io, table.path, base);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ofEachIdTheLastChangeCounts(long seed) throws IOException {
    Random random = new Random(seed);
    Map<Object, String> oracle = new TreeMap<>();
    for (int commit = 0; commit < 4; commit++) {
      List<SealedRows> parts = new ArrayList<>();
      for (int part = 0; part < 1 + random.nextInt(3); part++) {
        int changes = random.nextInt(part == 0 ? 3000 : 300);
        SealedRows sealed = changed(random, changes, oracle);
        if (sealed != null) {
          parts.add(SealedRows.fromBytes(sealed.toBytes()));
        }
      }
      writer().apply(parts, CommitKey.ofContent("test", "commit " + commit));
      assertThat(rows()).describedAs("seed %d, commit %d", seed, commit).isEqualTo(oracle);
      assertWhole();
    }
  }

  private SealedRows changed(Random random, int changes, Map<Object, String> oracle)
      throws IOException {
    try (GrowingSegment segment = segment()) {
      for (int i = 0; i < changes; i++) {
        long id = random.nextInt(400);
        if (random.nextInt(4) == 0) {
          segment.delete(id);
          oracle.remove(id);
        } else {
          String text = "%d at %d".formatted(id, random.nextInt());
          segment.upsert(id, vector(random), new Object[] {text});
          oracle.put(id, text);
        }
      }
      return segment.seal();
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void manyRowsGetAGraphThatFindsThem(Metric metric) throws IOException {
    float maxNorm = metric == Metric.INNER_PRODUCT ? 6 : 0;
    table = new TestTable(Files.createTempDirectory(directory, "table"), metric);
    IndexParams params = new IndexParams(metric, 8, 50, 7, maxNorm, Quantization.NONE);
    base = Snapshot.first(table.schema, params, List.of(), Operation.of(Operation.BUILD));
    TableCommit.create(table.io, table.path, base);
    SealedRows sealed = inserted(15_000, 3);
    assertThat(sealed.segment().isFlat()).isFalse();
    Snapshot made = writer().apply(List.of(sealed), null);
    assertWhole();
    assertThat(recall(made)).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void aGraphIsBuiltOverCodes(Metric metric) throws IOException {
    float maxNorm = metric == Metric.INNER_PRODUCT ? 6 : 0;
    table = new TestTable(Files.createTempDirectory(directory, "table"), metric);
    IndexParams params = new IndexParams(metric, 8, 50, 7, maxNorm, Quantization.INT8);
    base = Snapshot.first(table.schema, params, List.of(), Operation.of(Operation.BUILD));
    TableCommit.create(table.io, table.path, base);
    SealedRows sealed = inserted(12_000, 4);
    assertThat(sealed.segment().isFlat()).isFalse();
    Snapshot made = writer().apply(List.of(sealed), null);
    assertWhole();
    assertThat(recall(made)).isGreaterThan(0.85);
  }

  /** What waits for a checkpoint is little, however many rows there are. */
  @Test
  void memoryGrowsWithTheRows() throws IOException {
    try (GrowingSegment segment = segment()) {
      float[][] vectors = TestTable.random(12_000, 12);
      for (int i = 0; i < vectors.length; i++) {
        segment.upsert(i, vectors[i], new Object[] {"row " + i});
        assertThat(segment.bytes()).isGreaterThan(i * (long) TestTable.DIMENSION * Float.BYTES);
      }
      assertThat(segment.bytes()).isGreaterThan(12_000L * 4 * 8 * Float.BYTES);
      segment.seal();
    }
  }

  @Test
  void fewRowsGetNoGraph() throws IOException {
    SealedRows sealed = inserted(GrowingGraph.LEAST, 5);
    assertThat(sealed.segment().isFlat()).isTrue();
  }

  @Test
  void rowsWithEqualVectorsShareANode() throws IOException {
    try (GrowingSegment segment = segment()) {
      float[][] vectors = TestTable.random(5_000, 6);
      for (long id = 0; id < 10_000; id++) {
        segment.upsert(id, vectors[(int) (id / 2)], new Object[] {"row " + id});
      }
      SealedRows sealed = segment.seal();
      assertThat(sealed.segment().nodes()).isEqualTo(5_000);
      writer().apply(List.of(sealed), null);
    }
    assertThat(rows()).hasSize(10_000);
    assertWhole();
  }

  @Test
  void whatDoesNotFitIsRefusedAndChangesNothing() throws IOException {
    try (GrowingSegment segment = segment()) {
      float[] vector = new float[TestTable.DIMENSION];
      assertThatThrownBy(() -> segment.upsert(null, vector, new Object[1]))
          .hasMessage("An id of column 'id' is null; give each row an id.");
      assertThatThrownBy(() -> segment.upsert(1L, null, new Object[1]))
          .hasMessage("Vector of row 1 is null, but dimension 6 was expected.");
      assertThatThrownBy(() -> segment.upsert(1L, new float[5], new Object[1]))
          .hasMessage("Vector of row 1 has dimension 5, but 6 was expected.");
      vector[2] = Float.NaN;
      assertThatThrownBy(() -> segment.upsert(1L, vector, new Object[1]))
          .hasMessage("Vector of row 1 has NaN at position 2; every value must be finite.");
      vector[2] = 1;
      assertThatThrownBy(() -> segment.upsert(1L, vector, new Object[] {7}))
          .hasMessage("Row 1 does not fit column 'text' of type string: 7 (Integer).");
      assertThatThrownBy(() -> segment.upsert(1L, vector, new Object[0]))
          .hasMessage("Row 1 has 0 metadata values, but the table has 1 columns: [text].");
      assertThatThrownBy(() -> segment.delete("one")).hasMessageContaining("column 'id'");
      assertThat(segment.seal()).isNull();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void withoutSealingNothingIsLeft() throws IOException {
    try (GrowingSegment segment = segment()) {
      for (long id = 0; id < 3_000; id++) {
        segment.upsert(id, vector(new Random(id)), new Object[] {"row"});
      }
      assertThat(files()).isNotEmpty();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void theSameIsAppliedOnce() throws IOException {
    SealedRows sealed = inserted(10, 7);
    CommitKey key = CommitKey.ofContent("sink", "digest");
    Snapshot made = writer().apply(List.of(sealed), key);
    writer().delete(List.of(3L), null);
    assertThat(writer().apply(List.of(sealed), key)).isEqualTo(made);
    assertThat(writer().apply(List.of(sealed), null).version()).isEqualTo(made.version() + 1);
    assertThat(rows()).hasSize(9);
  }

  @Test
  void aKeyOfContentIsForgottenOnlyAfterManyOthers() throws IOException {
    writer().apply(List.of(inserted(1, 0)), CommitKey.ofContent("sink", "first"));
    for (int i = 0; i < CommitRing.COMMITS - 1; i++) {
      writer().apply(List.of(inserted(1, i)), CommitKey.ofContent("sink", "later " + i));
    }
    assertThat(writer().committed(CommitKey.ofContent("sink", "first"))).isPresent();
    writer().apply(List.of(inserted(1, 0)), CommitKey.ofContent("sink", "last"));
    assertThat(writer().committed(CommitKey.ofContent("sink", "first"))).isEmpty();
  }

  @Test
  void rowsOfOthersThatCameMeanwhileAreReplaced() throws IOException {
    SealedRows mine = inserted(10, 8);
    try (SegmentWriter segment = new SegmentWriter(table.io, table.path, base)) {
      segment.write(5L, new float[TestTable.DIMENSION], new Object[] {"theirs"});
      writer().append(base, List.of(segment.finish()), null);
    }
    writer().apply(List.of(mine), null);
    assertThat(rows()).hasSize(10).containsEntry(5L, "row 5");
  }

  @Test
  void columnsMayHaveChangedMeanwhile() throws IOException {
    SealedRows mine = inserted(10, 9);
    writer().addColumn(new Column("price", ColumnType.Primitive.FLOAT64, true));
    writer().apply(List.of(mine), null);
    assertThat(rows()).hasSize(10);
    assertWhole();
  }

  @Test
  void aMissingFileIsTold() throws IOException {
    SealedRows mine = inserted(10, 10);
    table.io.deleteDirectory(table.path + "/segments/" + mine.uuid());
    assertThatThrownBy(() -> writer().apply(List.of(mine), null))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("rows.arrow' is corrupt: it is missing, though its rows were never");
    assertThat(rows()).isEmpty();
  }

  @Test
  void aTableInThePlaceOfTheOldIsRefused() throws IOException {
    SealedRows mine = inserted(10, 11);
    table.io.deleteDirectory(table.path);
    TableCommit.create(
        table.io,
        table.path,
        Snapshot.first(table.schema, table.params, List.of(), Operation.of(Operation.BUILD)));
    assertThatThrownBy(() -> writer().apply(List.of(mine), null))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("is of another table, which was made in the place of the old");
  }

  private GrowingSegment segment() {
    return new GrowingSegment(table.io, table.path, base, 1);
  }

  private SealedRows inserted(int rows, long seed) throws IOException {
    float[][] vectors = TestTable.random(rows, seed);
    try (GrowingSegment segment = segment()) {
      for (int i = 0; i < rows; i++) {
        segment.upsert(i, vectors[i], new Object[] {"row " + i});
      }
      return segment.seal();
    }
  }

  private double recall(Snapshot snapshot) throws IOException {
    try (Segment segment =
        Segment.open(table.io, table.path, snapshot, snapshot.segments().get(0))) {
      IndexSearcher searcher = new IndexSearcher(List.of(segment));
      int found = 0;
      for (float[] query : TestTable.random(100, 99)) {
        List<Integer> exact = rows(searcher.searchExact(query, 10));
        found +=
            (int) rows(searcher.search(query, 10, 64)).stream().filter(exact::contains).count();
      }
      return found / 1000.0;
    }
  }

  private static List<Integer> rows(Hits hits) {
    return IntStream.range(0, hits.size()).mapToObj(hits::row).toList();
  }

  private Map<Object, String> rows() throws IOException {
    Snapshot newest = Snapshot.load(table.io, table.path);
    Map<Object, String> rows = new TreeMap<>();
    for (SegmentInfo segment : newest.segments()) {
      for (int file = 0; file < segment.rowsFiles().size(); file++) {
        try (StoredRows stored = new StoredRows(table.io, table.path, newest, segment, file)) {
          while (stored.hasNext()) {
            RowsIterator.Row row = stored.next();
            assertThat(rows.put(row.id(), (String) row.metadata()[0])).isNull();
          }
        }
      }
    }
    return rows;
  }

  private void assertWhole() throws IOException {
    Snapshot newest = Snapshot.load(table.io, table.path);
    assertThat(TableVerifier.verify(table.io, table.path, newest).problems()).isEmpty();
  }

  private List<?> files() throws IOException {
    return table.io.files(table.path + "/segments");
  }

  private TableWriter writer() {
    return new TableWriter(table.io, table.path);
  }

  private static float[] vector(Random random) {
    float[] vector = new float[TestTable.DIMENSION];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
