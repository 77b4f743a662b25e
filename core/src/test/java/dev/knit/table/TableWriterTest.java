package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change to a table, with real rows and graphs. */
class TableWriterTest {
  @TempDir Path directory;
  private TestTable table;
  private TableWriter writer;
  private IndexTable versions;

  @BeforeEach
  void table() {
    use(new TestTable(directory));
  }

  private void use(TestTable used) {
    table = used;
    writer = new TableWriter(table.io, table.path);
    versions = new IndexTable(table.io, table.path);
  }

  @AfterEach
  void noMemoryLeaks() {
    assertThat(ArrowMemory.used()).isZero();
  }

  @Test
  void appendedRowsAreFound() throws Exception {
    table.commit(TestTable.random(30, 1));
    float[][] more = TestTable.random(5, 2);
    Snapshot made = writer.append(newest(), List.of(flat(more, 100)), null);
    assertThat(made.version()).isEqualTo(2);
    assertThat(made.rows()).isEqualTo(35);
    assertThat(made.operation())
        .isEqualTo(new Operation("append", Map.of("added", "5", "deleted", "0")));
    assertThat(nearest(made, more[3], 1)).containsExactly(103L);
    assertThat(nearest(made, TestTable.random(30, 1)[7], 1)).containsExactly(7L);
  }

  @Test
  void deletedRowsAreNeverFoundAndOthersStillAre() throws Exception {
    for (Quantization quantization : Quantization.values()) {
      use(new TestTable(directory.resolve(quantization.id()), Metric.L2, quantization));
      float[][] vectors = TestTable.random(300, 1);
      vectors[11] = vectors[10];
      table.commit(vectors);
      List<Long> doomed = new ArrayList<>();
      for (long id = 0; id < 300; id += 3) {
        doomed.add(id);
      }
      doomed.add(10L);
      Snapshot made = writer.delete(doomed, null);
      assertThat(made.rows()).isEqualTo(199);
      for (float[] query : TestTable.random(50, 9)) {
        List<Long> found = nearest(made, query, 10);
        assertThat(found).hasSize(10).doesNotContainAnyElementsOf(doomed);
        assertThat(found).isEqualTo(exact(made, query, 10));
      }
      assertThat(nearest(made, vectors[10], 1)).containsExactly(11L);
      assertThat(exact(made, vectors[0], 300)).hasSize(199);
    }
  }

  @Test
  void deletesAddUpAndDeletingAgainMakesNoVersion() throws Exception {
    table.commit(TestTable.random(30, 1));
    writer.delete(List.of(1L, 2L), null);
    Snapshot made = writer.delete(List.of(2L, 3L, 99L), null);
    assertThat(made.rows()).isEqualTo(27);
    assertThat(made.operation().details()).containsEntry("deleted", "1");
    assertThat(writer.delete(List.of(1L, 2L, 3L), null)).isEqualTo(made);
    assertThat(versions.newestVersion()).isEqualTo(3);
    assertThatThrownBy(() -> writer.delete(List.of("x"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Id x is a String, but column 'id' is of type int64.");
  }

  @Test
  void upsertReplacesRowsOfTheSameIds() throws Exception {
    float[][] vectors = TestTable.random(30, 1);
    table.commit(vectors);
    float[][] changed = TestTable.random(4, 2);
    Snapshot made = writer.upsert(newest(), List.of(flat(changed, 28)), null);
    assertThat(made.rows()).isEqualTo(32);
    assertThat(nearest(made, changed[0], 1)).containsExactly(28L);
    assertThat(nearest(made, vectors[28], 1)).isNotEqualTo(List.of(28L));
    assertThat(TableVerifier.verify(table.io, table.path, made).problems()).isEmpty();
  }

  @Test
  void idsThatStandTwiceAreReported() throws Exception {
    table.commit(TestTable.random(30, 1));
    Snapshot made = writer.append(newest(), List.of(flat(TestTable.random(1, 2), 5)), null);
    assertThat(TableVerifier.verify(table.io, table.path, made).problems())
        .singleElement()
        .asString()
        .startsWith("Id 5 of row 0 of segment ");
  }

  @Test
  void compactionKeepsLiveRowsAndDropsTheDead() throws Exception {
    for (Quantization quantization : Quantization.values()) {
      for (Metric metric : List.of(Metric.L2, Metric.COSINE)) {
        use(
            new TestTable(
                directory.resolve(quantization.id() + metric.id()), metric, quantization));
        float[][] first = TestTable.random(200, 1);
        float[][] second = TestTable.random(100, 2);
        second[5] = first[17];
        second[6] = first[18];
        table.commit(first, second);
        float[][] small = TestTable.random(20, 3);
        small[0] = first[20];
        small[1] = small[2];
        writer.append(newest(), List.of(flat(small, 1000)), null);
        writer.append(newest(), List.of(flat(TestTable.random(1, 4), 2000)), null);
        Snapshot before = writer.delete(List.of(0L, 17L, 20L, 205L, 250L, 1002L), null);
        Compactor.Report report = Compactor.compactAll(table.io, table.path, 1);
        Snapshot after = report.snapshot();
        assertThat(report.compacted()).isEqualTo(4);
        assertThat(report.rows()).isEqualTo(315);
        assertThat(report.dropped()).isEqualTo(6);
        assertThat(after.segments()).hasSize(1);
        assertThat(rows(after)).isEqualTo(rows(before)).hasSize(315);
        assertThat(TableVerifier.verify(table.io, table.path, after).problems()).isEmpty();
        for (float[] query : TestTable.random(30, 9)) {
          assertThat(exact(after, query, 10)).isEqualTo(exact(before, query, 10));
          assertThat(nearest(after, query, 10)).isEqualTo(exact(after, query, 10));
        }
        assertThat(Compactor.compactAll(table.io, table.path, 1).compacted()).isZero();
      }
    }
  }

  @Test
  void rowsDeletedWhileCompactingStayDeleted() throws Exception {
    table.commit(TestTable.random(50, 1), TestTable.random(50, 2));
    Snapshot base = writer.delete(List.of(3L, 60L), null);
    float[][] moved = TestTable.random(1, 7);
    Snapshot deleted = writer.delete(List.of(2L, 4L, 61L), null);
    Snapshot upserted = writer.upsert(deleted, List.of(flat(moved, 90)), null);
    // a compaction that began before
    SegmentInfo output = compacted(base);
    Change change = new CompactChange(table.io, table.path, base.segments(), output);
    Snapshot after = writer.commit(base, change, null);
    assertThat(rows(after)).isEqualTo(rows(upserted));
    assertThat(after.segments()).hasSize(2);
    assertThat(after.segments().get(0).deletes().rows()).isEqualTo(4);
    assertThat(TableVerifier.verify(table.io, table.path, after).problems()).isEmpty();
    assertThat(nearest(after, moved[0], 1)).containsExactly(90L);
  }

  private SegmentInfo compacted(Snapshot base) throws IOException {
    Path copy = directory.resolveSibling(directory.getFileName() + "-copy");
    TableClone.run(table.io, table.path, base, copy.toString());
    Snapshot made = Compactor.compactAll(table.io, copy.toString(), 1).snapshot();
    SegmentInfo output = made.segments().get(0).with(List.of());
    for (StoredFile file : output.files()) {
      Files.createDirectories(directory.resolve(file.path()).getParent());
      Files.copy(copy.resolve(file.path()), directory.resolve(file.path()));
    }
    return output;
  }

  @Test
  void damagedGraphIsBuiltAnewFromItsRows() throws Exception {
    table.commit(TestTable.random(60, 1), TestTable.random(40, 2));
    Snapshot before = writer.delete(List.of(3L, 70L), null);
    assertThat(Compactor.repair(table.io, table.path, 1)).isEmpty();
    Path graph = directory.resolve(before.segments().get(1).graphFiles().get(0).path());
    Files.write(graph, new byte[] {1, 2, 3});
    List<Compactor.Report> repaired = Compactor.repair(table.io, table.path, 1);
    assertThat(repaired).singleElement().extracting(Compactor.Report::rows).isEqualTo(39L);
    Snapshot after = newest();
    assertThat(after.segments().get(0)).isEqualTo(before.segments().get(0));
    assertThat(TableVerifier.verify(table.io, table.path, after).problems()).isEmpty();
    assertThat(after.rows()).isEqualTo(98);
    assertThat(rows(after)).hasSize(98);
  }

  @Test
  void compactionWithoutLiveRowsLeavesNoSegment() throws Exception {
    table.commit(TestTable.random(3, 1));
    writer.delete(List.of(0L, 1L, 2L), null);
    Compactor.Report report = Compactor.compactAll(table.io, table.path, 1);
    assertThat(report.snapshot().segments()).isEmpty();
    assertThat(report.dropped()).isEqualTo(3);
  }

  @Test
  void planTakesSmallSegmentsAndLeavesTheLarge() throws Exception {
    table.commit(TestTable.random(300, 1));
    for (int i = 0; i < 3; i++) {
      writer.append(newest(), List.of(flat(TestTable.random(5, i), 1000 + 10L * i)), null);
    }
    assertThat(CompactionPlan.groups(newest())).isEmpty();
    writer.append(newest(), List.of(flat(TestTable.random(5, 8), 2000)), null);
    assertThat(CompactionPlan.groups(newest())).containsExactly(newest().segments().subList(1, 5));
    Compactor.Report report = Compactor.compact(table.io, table.path, 1);
    assertThat(report.compacted()).isEqualTo(4);
    assertThat(report.snapshot().segments()).extracting(SegmentInfo::rows).containsExactly(300, 20);
    List<Long> many = new ArrayList<>();
    for (long id = 0; id < 70; id++) {
      many.add(id);
    }
    writer.delete(many, null);
    assertThat(CompactionPlan.groups(newest())).containsExactly(newest().segments().subList(0, 1));
  }

  @Test
  void manySmallSegmentsAreCompactedInGroups() throws Exception {
    table.commit(TestTable.random(4, 1));
    for (int i = 1; i < 25; i++) {
      writer.append(newest(), List.of(flat(TestTable.random(4, i), 10L * i)), null);
    }
    List<SegmentInfo> before = newest().segments();
    assertThat(CompactionPlan.groups(newest()))
        .containsExactly(before.subList(0, 10), before.subList(10, 20), before.subList(20, 25));
    Compactor.Report report = Compactor.compact(table.io, table.path, 1);
    assertThat(report.compacted()).isEqualTo(25);
    assertThat(report.segments()).isEqualTo(3);
    assertThat(report.rows()).isEqualTo(100);
    assertThat(rows(newest())).hasSize(100);
    assertThat(TableVerifier.verify(table.io, table.path, newest()).problems()).isEmpty();
  }

  @Test
  void compactionOfSegmentsThatAreGoneDoesNothing() throws Exception {
    Snapshot base = table.commit(TestTable.random(4, 1), TestTable.random(4, 2));
    Compactor.compactAll(table.io, table.path, 1);
    Snapshot newest = newest();
    Compactor.Report again =
        Compactor.compact(
            table.io,
            table.path,
            base.segments().stream().map(SegmentInfo::uuid).toList(),
            1,
            rows -> {});
    assertThat(again).isEqualTo(new Compactor.Report(newest, 0, 0, 0, 0));
    assertThat(newest()).isEqualTo(newest);
  }

  @Test
  void columnsAreAddedRenamedAndDropped() throws Exception {
    table.commit(TestTable.random(10, 1));
    writer.renameColumn("text", "label");
    writer.addColumn(new Column("year", Primitive.INT32, true));
    Snapshot wide = newest();
    SegmentWriter more = new SegmentWriter(table.io, table.path, wide);
    more.write(100L, TestTable.random(1, 2)[0], new Object[] {"new", 1999});
    writer.append(wide, List.of(more.finish()), null);
    assertThat(rows(newest()).get(3L)).isEqualTo("[row 3, null]");
    assertThat(rows(newest()).get(100L)).isEqualTo("[new, 1999]");
    writer.dropColumn("label");
    writer.addColumn(new Column("label", Primitive.BOOLEAN, true)); // another of the same name
    assertThat(rows(newest()).get(3L)).isEqualTo("[null, null]");
    assertThat(rows(newest()).get(100L)).isEqualTo("[1999, null]");
    Snapshot compacted = Compactor.compactAll(table.io, table.path, 1).snapshot();
    assertThat(rows(compacted).get(100L)).isEqualTo("[1999, null]");
    assertThat(rows(versions.snapshot(1)).get(3L)).isEqualTo("[row 3]");
    assertThatThrownBy(() -> writer.dropColumn("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no metadata column 'text'; there are [year, label].");
    assertThatThrownBy(() -> writer.addColumn(new Column("n", Primitive.INT32, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Column 'n' must be nullable: the rows there are have no value for it.");
  }

  @Test
  void earlierVersionsAreReadByNumberTagAndTime() throws Exception {
    Snapshot first = table.commit(TestTable.random(10, 1));
    Thread.sleep(2);
    Snapshot second = writer.delete(List.of(1L), null);
    writer.tag("before", 1);
    assertThat(versions.snapshot(1)).isEqualTo(first);
    assertThat(versions.snapshot("before")).isEqualTo(first);
    assertThat(versions.snapshot(Instant.ofEpochMilli(second.timestamp() - 1))).isEqualTo(first);
    assertThat(versions.snapshot(Instant.ofEpochMilli(second.timestamp()))).isEqualTo(second);
    assertThat(versions.snapshot(Instant.MAX).version()).isEqualTo(3);
    assertThatThrownBy(() -> versions.snapshot(Instant.EPOCH))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessageContaining("has no version of 1970-01-01T00:00:00Z; the earliest, 1, is of ");
    assertThatThrownBy(() -> versions.snapshot("none"))
        .hasMessage("'%s' has no tag 'none'; there are [before].", table.path);
    assertThat(versions.history())
        .extracting(
            TableVersion::version, version -> version.operation().kind(), TableVersion::rows)
        .containsExactly(tuple(3L, "tag", 9L), tuple(2L, "delete", 9L), tuple(1L, "build", 10L));
  }

  @Test
  void rollbackBringsRowsAndColumnsBack() throws Exception {
    Snapshot first = table.commit(TestTable.random(10, 1));
    writer.delete(List.of(1L), null);
    writer.dropColumn("text");
    Snapshot back = writer.rollback(first);
    assertThat(back.version()).isEqualTo(4);
    assertThat(rows(back)).isEqualTo(rows(first));
    assertThat(back.operation().details()).containsEntry("to", "1");
  }

  @Test
  void cloneHasTheRowsAndItsOwnLife() throws Exception {
    table.commit(TestTable.random(10, 1));
    Snapshot source = writer.delete(List.of(1L), null);
    String copy = directory.resolve("elsewhere/copy").toString();
    Snapshot clone = TableClone.run(table.io, table.path, source, copy);
    assertThat(clone.version()).isEqualTo(1);
    assertThat(clone.tableUuid()).isNotEqualTo(source.tableUuid());
    table.io.deleteDirectory(directory.resolve("segments").toString());
    assertThat(TableVerifier.verify(table.io, copy, clone).problems()).isEmpty();
    assertThat(clone.rows()).isEqualTo(9);
    assertThatThrownBy(() -> TableClone.run(table.io, table.path, source, copy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is an index at '%s' already; choose another path.", copy);
  }

  @Test
  void rowsThatDoNotFitAreRefused() throws Exception {
    use(new TestTable(directory, Metric.INNER_PRODUCT));
    Snapshot base =
        Snapshot.first(
            table.schema,
            new IndexParams(Metric.INNER_PRODUCT, 4, 20, 7, 2, Quantization.NONE),
            List.of(),
            Operation.of("build"));
    TableCommit.create(table.io, table.path, base);
    Object[] text = {"text"};
    try (SegmentWriter rows = new SegmentWriter(table.io, table.path, base)) {
      rows.write(1, new float[] {1, 0, 0, 0, 0, 0}, text);
      assertThatThrownBy(() -> rows.write(1L, new float[] {1, 0, 0, 0, 0, 0}, text))
          .hasMessage("Id 1 stands in more than one row.");
      assertThatThrownBy(() -> rows.write(2L, new float[] {1, 0}, text))
          .hasMessage("Vector of row 2 has dimension 2, but 6 was expected.");
      assertThatThrownBy(() -> rows.write(3L, new float[] {3, 0, 0, 0, 0, 0}, text))
          .hasMessage(
              "Vector of row 3 has norm 3.00000, but the index was built for norms up to 2.00000;"
                  + " build it anew with this row.");
      assertThatThrownBy(() -> rows.write("x", new float[6], text))
          .hasMessage("Id x is a String, but column 'id' is of type int64.");
    }
  }

  private Snapshot newest() throws IOException {
    return versions.snapshot();
  }

  private SegmentInfo flat(float[][] vectors, long firstId) throws IOException {
    try (SegmentWriter rows = new SegmentWriter(table.io, table.path, newest())) {
      for (int row = 0; row < vectors.length; row++) {
        rows.write(firstId + row, vectors[row], new Object[] {"row " + row});
      }
      return rows.finish();
    }
  }

  /** The metadata of each row by its id. */
  private Map<Long, String> rows(Snapshot snapshot) throws IOException {
    Map<Long, String> rows = new TreeMap<>();
    for (SegmentInfo info : snapshot.segments()) {
      try (Segment segment = Segment.open(table.io, table.path, snapshot, info)) {
        for (int row = 0; row < segment.rows(); row++) {
          if (segment.isLive(row)) {
            String metadata = Arrays.toString(segment.metadata(row));
            assertThat(rows.put((Long) segment.id(row), metadata)).isNull();
          }
        }
      }
      Map<Long, String> stored = new TreeMap<>();
      for (int file = 0; file < info.rowsFiles().size(); file++) {
        try (StoredRows live = new StoredRows(table.io, table.path, snapshot, info, file)) {
          live.forEachRemaining(
              row -> stored.put((Long) row.id(), Arrays.toString(row.metadata())));
        }
      }
      assertThat(rows).containsAllEntriesOf(stored);
      assertThat(stored).hasSize(info.liveRows());
    }
    return rows;
  }

  private List<Long> nearest(Snapshot snapshot, float[] query, int k) throws IOException {
    return search(snapshot, searcher -> searcher.search(query, k, 200));
  }

  private List<Long> exact(Snapshot snapshot, float[] query, int k) throws IOException {
    return search(snapshot, searcher -> searcher.searchExact(query, k));
  }

  private List<Long> search(Snapshot snapshot, Function<IndexSearcher, Hits> search)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (SegmentInfo info : snapshot.segments()) {
      segments.add(Segment.open(table.io, table.path, snapshot, info));
    }
    try {
      Hits hits = search.apply(new IndexSearcher(segments));
      List<Long> ids = new ArrayList<>();
      for (int rank = 0; rank < hits.size(); rank++) {
        ids.add((Long) segments.get(hits.segment(rank)).id(hits.row(rank)));
      }
      return ids;
    } finally {
      segments.forEach(Segment::close);
    }
  }
}
