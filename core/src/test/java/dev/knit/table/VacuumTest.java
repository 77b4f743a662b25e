package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.MemoryFileIO;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a storage whose clock moves by a millisecond with each write. */
class VacuumTest {
  private static final String PATH = "/table";
  private static final Duration NONE = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(100);

  private final FileIO io = new MemoryFileIO();
  private final TokenTable table = new TokenTable(io, PATH);
  private final TableWriter writer = new TableWriter(io, PATH);
  private Snapshot first;
  private Snapshot second;
  private Snapshot compacted;

  /** Version 2 has two segments, 3 deletes a row, 4 has one segment of them. */
  @BeforeEach
  void tableOfFourVersions() throws Exception {
    first = TokenTable.first();
    TableCommit.create(io, PATH, first);
    second =
        writer.append(first, List.of(table.write(List.of(1L, 2L)), table.write(List.of(3L))), null);
    RowDeletes deletes = new RowDeletes(io, PATH);
    SegmentInfo segment = second.segments().get(0);
    deletes.add(segment.uuid(), table.rows(segment, row -> row == 1));
    Snapshot deleted =
        new TableCommit(io, PATH).run(second, RowsChange.delete(PATH, deletes), null);
    compacted = new TableCommit(io, PATH).run(deleted, table.compaction(deleted.segments()), null);
  }

  @Test
  void onlyFilesThatNoVersionNeedsAreRemoved() throws Exception {
    table.write(List.of(9L)); // never committed
    assertThat(Vacuum.run(io, PATH, NONE).files()).hasSize(1);
    writer.expire(4);
    assertThat(Vacuum.plan(io, PATH, NONE).versions()).containsExactly(1L, 2L, 3L);
    assertThat(Snapshot.load(io, PATH, 2)).isEqualTo(second);
    Vacuum.Report report = Vacuum.run(io, PATH, NONE);
    assertThat(report.versions()).containsExactly(1L, 2L, 3L);
    assertThat(report.files()).hasSize(2); // the deletes are told as an origin by version 4
    assertThat(table.content(Snapshot.load(io, PATH))).containsExactly(2L, 3L);
    assertThatThrownBy(() -> Snapshot.load(io, PATH, 3))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("Version 3 of '/table' has expired; read a newer one.");
    writer.expire(5);
    assertThat(Vacuum.run(io, PATH, NONE).files()).singleElement().asString().contains("deletes-");
    assertThat(io.files("/table/segments")).hasSize(1);
    assertThat(new IndexTable(io, PATH).history()).hasSize(2);
  }

  @Test
  void taggedVersionStays() throws Exception {
    writer.tag("keep", 2);
    writer.expire(5);
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(1L, 3L, 4L);
    Snapshot kept = new IndexTable(io, PATH).snapshot("keep");
    assertThat(table.content(kept)).containsExactly(1L, 2L, 3L);
    assertThat(table.content(writer.rollback(kept))).containsExactly(1L, 2L, 3L);
    writer.untag("keep");
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(2L);
    assertThatThrownBy(() -> writer.rollback(kept))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("'/table' has no version 2; there are 5 to 8.");
    assertThatThrownBy(() -> writer.tag("again", 2)).isInstanceOf(NoSuchIndexException.class);
  }

  @Test
  void leasedVersionStaysUntilTheLeaseEnds() throws Exception {
    TableLease lease = TableLease.take(io, PATH, 2, LONG);
    writer.expire(4);
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(1L);
    assertThat(table.content(Snapshot.load(io, PATH, lease.version()))).hasSize(3);
    assertThatThrownBy(() -> TableLease.take(io, PATH, 3, LONG))
        .isInstanceOf(NoSuchIndexException.class);
    lease.close();
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(2L, 3L);
    assertThat(io.files("/table/_knit/leases")).isEmpty();
  }

  @Test
  void leaseThatIsNotRenewedEnds() throws Exception {
    TableLease lease = TableLease.take(io, PATH, 2, Duration.ofMillis(20));
    TableLease renewed = TableLease.take(io, PATH, 3, Duration.ofMillis(20));
    writer.expire(4);
    for (int i = 0; i < 30; i++) {
      io.replace("/table/clock", new byte[1]);
      renewed.renew();
    }
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(1L, 2L);
    assertThat(lease.version()).isEqualTo(2);
  }

  @Test
  void filesOfWritersWithALeaseStay() throws Exception {
    SegmentInfo before = table.write(List.of(8L));
    try (TableLease lease = TableLease.take(io, PATH, 4, LONG)) {
      SegmentInfo mine = table.write(List.of(9L));
      lease.renew();
      assertThat(Vacuum.run(io, PATH, NONE).files())
          .containsExactly(before.rowsFiles().get(0).path());
      assertThat(table.content(writer.append(compacted, List.of(mine), null))).hasSize(3);
    }
    assertThat(Vacuum.run(io, PATH, NONE).files()).isEmpty();
  }

  @Test
  void writersWithALeaseGoThroughVersionsThatHaveExpiredSince() throws Exception {
    try (TableLease lease = TableLease.take(io, PATH, 4, LONG)) {
      SegmentInfo mine = table.write(List.of(9L));
      Snapshot fifth = writer.append(compacted, List.of(table.write(List.of(7L))), null);
      writer.append(fifth, List.of(table.write(List.of(8L))), null);
      writer.expire(6);
      assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(1L, 2L, 3L);
      lease.renew();

      assertThat(table.content(writer.append(compacted, List.of(mine), null)))
          .containsExactlyInAnyOrder(2L, 3L, 7L, 8L, 9L);
    }
    assertThat(Vacuum.run(io, PATH, NONE).versions()).containsExactly(4L, 5L);
  }

  @Test
  void youngFilesStay() throws Exception {
    table.write(List.of(9L));
    assertThat(Vacuum.run(io, PATH, Duration.ofMillis(50)).files()).isEmpty();
    for (int i = 0; i < 60; i++) {
      io.replace("/table/clock", new byte[1]);
    }
    assertThat(Vacuum.run(io, PATH, Duration.ofMillis(50)).files()).hasSize(1);
  }

  @Test
  void nothingIsRemovedWhenAManifestCannotBeRead() throws Exception {
    table.write(List.of(9L));
    writer.expire(4);
    byte[] damaged = "{}".getBytes(StandardCharsets.UTF_8);
    io.replace(TableLayout.resolve(PATH, TableLayout.manifest(4)), damaged);
    int files = io.files(PATH).size();
    assertThatThrownBy(() -> Vacuum.run(io, PATH, NONE)).isInstanceOf(CorruptIndexException.class);
    assertThat(io.files(PATH)).hasSize(files);
  }

  @Test
  void damagedLeaseKeepsFilesRatherThanNone() throws Exception {
    table.write(List.of(9L));
    io.replace("/table/_knit/leases/torn", new byte[] {'{', '"'});
    assertThat(Vacuum.run(io, PATH, NONE).files()).isEmpty();
  }

  @Test
  void newestCannotExpire() throws Exception {
    assertThatThrownBy(() -> writer.expire(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Version 5 cannot be the earliest of '/table'; its newest is 4.");
    assertThat(writer.expire(4).ledger().keeps(4)).isTrue();
    assertThat(Set.of(1L, 2L, 3L)).noneMatch(compactedLedger()::keeps);
  }

  private TableLedger compactedLedger() throws Exception {
    return Snapshot.load(io, PATH).ledger();
  }
}
