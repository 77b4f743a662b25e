package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
  @TempDir Path directory;
  private TestTable table;

  @BeforeEach
  void table() {
    table = new TestTable(directory.resolve("table"));
  }

  @Test
  void snapshotReadsBackFromItsJson() {
    TableSchema schema = new TableSchema(RowsFileTest.ID, "v", 384, RowsFileTest.ALL_TYPES);
    IndexParams params =
        new IndexParams(Metric.INNER_PRODUCT, 24, 150, Long.MIN_VALUE, 1.1f, Quantization.INT8);
    SegmentInfo segment =
        SegmentInfo.of(
            UUID.randomUUID(),
            List.of(
                new RowsFile("segments/a/r0", 10, -5, 3), new RowsFile("segments/a/r1", 9, 1, 4)),
            List.of(new GraphPart("segments/a/g0", 1L << 40, 0, 0, 2), part(2, 4)));
    Operation operation = new Operation(Operation.APPEND, Map.of("job", "7", "by", "\"me\"\n"));
    Snapshot first = Snapshot.first(schema, params, List.of(segment), operation);
    assertThat(Snapshot.fromJson(first.toJson())).isEqualTo(first);
    Snapshot next = first.next(List.of(), Operation.of(Operation.DELETE));
    assertThat(Snapshot.fromJson(next.toJson())).isEqualTo(next);
    assertThat(next.version()).isEqualTo(2);
    assertThat(next.parentVersion()).isEqualTo(1);
    assertThat(next.tableUuid()).isEqualTo(first.tableUuid());
    assertThat(next.commitUuid()).isNotEqualTo(first.commitUuid());
    assertThat(next.timestamp()).isGreaterThan(first.timestamp());
  }

  @Test
  void versionsFollowOneAnotherInTimeThoughAClockWentBack() throws Exception {
    Snapshot first = table.commit(TestTable.random(3, 1));
    long tomorrow = first.timestamp() + 86_400_000;
    String json = first.toJson();
    assertThat(json).containsOnlyOnce(Long.toString(first.timestamp()));
    Snapshot ahead =
        Snapshot.fromJson(json.replace(Long.toString(first.timestamp()), Long.toString(tomorrow)));

    Snapshot next = ahead.next(List.of(), Operation.of(Operation.DELETE));

    assertThat(next.timestamp()).isEqualTo(tomorrow + 1);
  }

  @Test
  void newestVersionIsLoaded() throws Exception {
    Snapshot first = table.commit(TestTable.random(3, 1));
    Snapshot second = first.next(List.of(), Operation.of("delete"));
    TableCommit.create(table.io, table.path, second);
    Files.writeString(directory.resolve("table/_knit/log/notes.txt"), "not a manifest");
    assertThat(Snapshot.load(table.io, table.path)).isEqualTo(second);
    assertThat(Snapshot.load(table.io, table.path, 1)).isEqualTo(first);
    assertThat(new IndexTable(table.io, table.path).newestVersion()).isEqualTo(2);
  }

  @Test
  void tableThatWasMovedIsLoaded() throws Exception {
    Snapshot snapshot = table.commit(TestTable.random(3, 1));
    Path moved = Files.move(directory.resolve("table"), directory.resolve("moved"));
    assertThat(Snapshot.load(table.io, moved.toString())).isEqualTo(snapshot);
    assertThat(TableVerifier.verify(table.io, moved.toString(), snapshot).problems()).isEmpty();
  }

  @Test
  void directoryWithoutVersionsIsNoIndex() throws Exception {
    assertThat(new IndexTable(table.io, table.path).exists()).isFalse();
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("'%s' is no Knit index: there is no such directory.", table.path);
    Files.createDirectories(directory.resolve("table"));
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path, 3))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("'%s' is no Knit index: there is no version in _knit/log.", table.path);
  }

  @Test
  void unknownVersionIsNamedWithTheNewest() throws Exception {
    table.commit(TestTable.random(3, 1));
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path, 7))
        .isInstanceOf(NoSuchIndexException.class)
        .hasMessage("'%s' has no version 7; the newest is 1.", table.path);
  }

  @Test
  void newerFormatIsRefused() throws Exception {
    String json = table.commit(TestTable.random(3, 1)).toJson();
    write(
        2,
        json.replace("\"version\" : 1", "\"version\" : 2").replace("major\" : 1", "major\" : 2"));
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("has format 2, which this version of Knit cannot read");
  }

  @Test
  void unknownReaderFeatureIsRefused() throws Exception {
    String json = table.commit(TestTable.random(3, 1)).toJson();
    write(2, json.replace("\"readerFeatures\" : [ ]", "\"readerFeatures\" : [ \"telepathy\" ]"));
    assertThatThrownBy(() -> Snapshot.load(table.io, table.path))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("uses 'telepathy'");
  }

  @Test
  void unknownWriterFeatureIsReadButNotWritten() throws Exception {
    String json = table.commit(TestTable.random(3, 1)).toJson();
    write(
        2,
        json.replace("\"version\" : 1", "\"version\" : 2")
            .replace("\"writerFeatures\" : [ \"ids\" ]", "\"writerFeatures\" : [ \"telepathy\" ]"));
    Snapshot snapshot = Snapshot.load(table.io, table.path);
    Snapshot next = snapshot.next(List.of(), Operation.of("delete"));
    assertThatThrownBy(() -> TableCommit.create(table.io, table.path, next))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("must be written with 'telepathy'");
    assertThatThrownBy(() -> Vacuum.run(table.io, table.path, Duration.ZERO))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("must be written with 'telepathy'");
  }

  @Test
  void unknownFieldIsSkipped() throws Exception {
    Snapshot snapshot = table.commit(TestTable.random(3, 1));
    String json = snapshot.toJson().replaceFirst("\\{", "{ \"mood\" : { \"a\" : [ 1 ] },");
    assertThat(Snapshot.fromJson(json)).isEqualTo(snapshot);
  }

  @Test
  void pathThatLeadsOutOfTheTableIsRefused() throws Exception {
    String json = table.commit(TestTable.random(3, 1)).toJson();
    for (String path : List.of("/etc/passwd", "../other/rows.arrow", "file:/x", "a/../../b")) {
      String changed = json.replaceFirst("segments/[^\"]*rows.arrow", path);
      assertThatThrownBy(() -> Snapshot.fromJson(changed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'%s' is no path below a table's directory.", path);
    }
  }

  @Test
  void jsonThatIsNoSnapshotIsRefused() {
    for (String json : List.of("", "{", "[]", "null", "{}", "{\"format\":7}")) {
      assertThatThrownBy(() -> Snapshot.fromJson(json))
          .as(json)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static GraphPart part(int firstNode, int nodes) {
    return new GraphPart("segments/a/g" + firstNode, 7, 7, firstNode, nodes);
  }

  private void write(long version, String json) throws IOException {
    byte[] bytes = (json + "\n").getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    Files.writeString(
        directory.resolve("table").resolve(TableLayout.manifest(version)),
        json + "\n" + "crc32c:%08x\n".formatted(crc.getValue()));
  }
}
