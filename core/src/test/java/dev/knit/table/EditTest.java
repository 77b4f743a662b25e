package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that a statement adds and deletes in one version, beside what others commit meanwhile. */
class EditTest {
  private static final long[][] NONE = {};

  @TempDir Path directory;
  private TestTable table;
  private TableWriter writer;
  private Snapshot base;

  @BeforeEach
  void table() throws IOException {
    table = new TestTable(directory);
    writer = new TableWriter(table.io, table.path);
    base = table.commit(TestTable.random(20, 1));
  }

  @Test
  void rowsAreDeletedAndAddedInOneVersion() throws Exception {
    Snapshot made = edit(base, words(4, 5), rows(2, 4));

    assertThat(made.version()).isEqualTo(2);
    assertThat(made.rows()).isEqualTo(20);
    assertThat(made.operation().kind()).isEqualTo("merge");
    assertThat(made.operation().details())
        .containsEntry("added", "2")
        .containsEntry("deleted", "2");
  }

  @Test
  void anIdThatStaysIsRefused() throws Exception {
    assertThatThrownBy(() -> edit(base, words(3), rows(2, 19)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Id 19 is in '%s' already; upsert the row to replace it.", table.path);
    writer.delete(List.of(19L), null);
    Snapshot newest = Snapshot.load(table.io, table.path);
    assertThat(edit(newest, NONE, rows(1, 19)).rows()).isEqualTo(20);
  }

  @Test
  void anIdThatStandsTwiceIsRefused() throws Exception {
    SegmentInfo first = rows(2, 30);
    assertThatThrownBy(() -> writer.edit(base, "append", NONE, List.of(first, rows(1, 31)), null))
        .hasMessage("Id 31 stands in more than one row.");
  }

  @Test
  void anIdThatAnotherAddsIsAConflict() throws Exception {
    writer.append(base, List.of(rows(3, 40)), null);

    assertThatThrownBy(() -> edit(base, NONE, rows(1, 41)))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("Version 2 of")
        .hasMessageContaining("added a row with id 41 too");
    assertThat(edit(base, NONE, rows(1, 50)).rows()).isEqualTo(24);
  }

  @Test
  void aRowThatAnotherDeletesCannotBeChanged() throws Exception {
    writer.delete(List.of(5L), null);

    assertThatThrownBy(() -> edit(base, words(5, 6), rows(1, 5)))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("no longer has some of the rows to be changed");
    assertThat(writer.edit(base, "delete", words(5, 6), List.of(), null).rows())
        .as("but deleted")
        .isEqualTo(18);
  }

  @Test
  void rowsThatAnotherCompactsAreFollowed() throws Exception {
    writer.delete(List.of(1L), null);
    Snapshot read = Snapshot.load(table.io, table.path);
    List<UUID> all = read.segments().stream().map(SegmentInfo::uuid).toList();
    Compactor.compact(table.io, table.path, all, 1, rows -> {});

    Snapshot made = edit(read, words(7), rows(1, 7));

    assertThat(made.rows()).isEqualTo(19);
    assertThat(TableVerifier.verify(table.io, table.path, made).problems()).isEmpty();
  }

  @Test
  void aKeyMakesItOnce() throws Exception {
    CommitKey key = new CommitKey("query", 1, "epoch");
    SegmentInfo rows = rows(1, 60);
    assertThat(writer.committed(key)).isEmpty();
    Snapshot made = writer.edit(base, "append", NONE, List.of(rows), key);

    assertThat(writer.committed(key)).contains(made);
    assertThat(writer.edit(base, "append", NONE, List.of(rows(1, 60)), key)).isEqualTo(made);
    assertThat(Snapshot.load(table.io, table.path).version()).isEqualTo(2);
  }

  private Snapshot edit(Snapshot on, long[][] deleted, SegmentInfo added) throws IOException {
    return writer.edit(on, "merge", deleted, List.of(added), null);
  }

  /** Rows of the only segment, whose numbers are their ids. */
  private static long[][] words(int... rows) {
    BitSet bits = new BitSet();
    Arrays.stream(rows).forEach(bits::set);
    return new long[][] {bits.toLongArray()};
  }

  private SegmentInfo rows(int count, long firstId) throws IOException {
    UUID uuid = UUID.randomUUID();
    float[][] vectors = TestTable.random(count, firstId);
    return SegmentInfo.flat(
        uuid, List.of(table.writeRows(TableLayout.rows(uuid), vectors, firstId)));
  }
}
