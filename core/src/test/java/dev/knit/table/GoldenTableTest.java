package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that each format wrote, by {@link GoldenTable}, is read and written on. */
@ParameterizedClass
@ValueSource(strings = {"1.0", "1.1"})
class GoldenTableTest {

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration(false));
  private final String format;
  private final Path golden;
  private final String path;
  private final IndexTable table;

  GoldenTableTest(String format) {
    this.format = format;
    this.golden = Path.of("src/test/resources/golden", format);
    this.path = golden.toAbsolutePath().toUri().toString();
    this.table = new IndexTable(io, path);
  }

  @Test
  void everyVersionIsWholeAndHasItsRows() throws Exception {
    long[] live = {40, 37, 37, 37, 38, 38, 38};
    int[] segments = {1, 1, 1, 1, 2, 2, 1};
    assertThat(table.newestVersion()).isEqualTo(7);
    for (int version = 1; version <= 7; version++) {
      Snapshot snapshot = table.snapshot(version);
      assertThat(TableVerifier.verify(io, path, snapshot).problems()).isEmpty();
      assertThat(snapshot.rows()).isEqualTo(live[version - 1]);
      assertThat(snapshot.segments()).hasSize(segments[version - 1]);
    }
    assertThat(table.history())
        .extracting(version -> version.operation().kind())
        .containsExactly("compact", "tag", "upsert", "schema", "schema", "delete", "build");
    assertThat(table.snapshot("release")).isEqualTo(table.snapshot(2));
  }

  @Test
  void rowsAndAnswersAreThoseThatWereWritten() throws Exception {
    Map<Long, String> expected = new TreeMap<>();
    for (long id = 0; id < 40; id++) {
      expected.put(id, "[row %d, null]".formatted(id));
    }
    expected.keySet().removeAll(List.of(2L, 11L, 12L));
    expected.put(5L, "[moved, 1999]");
    expected.put(100L, "[null, null]");
    for (long version : new long[] {5, 7}) {
      Snapshot snapshot = table.snapshot(version);
      Map<Long, String> rows = new TreeMap<>();
      List<Segment> opened = new ArrayList<>();
      for (SegmentInfo info : snapshot.segments()) {
        Segment segment = Segment.open(io, path, snapshot, info);
        opened.add(segment);
        for (int row = 0; row < segment.rows(); row++) {
          if (segment.isLive(row)) {
            rows.put((Long) segment.id(row), Arrays.toString(segment.metadata(row)));
          }
        }
      }
      assertThat(rows).isEqualTo(expected);
      Hits hits = new IndexSearcher(opened).search(TestTable.random(40, 1)[2], 1, 40);
      assertThat(opened.get(hits.segment(0)).id(hits.row(0))).isEqualTo(7L); // 2 is deleted
      assertThat(hits.distance(0)).isZero();
      opened.forEach(Segment::close);
    }
  }

  @Test
  void manifestHasTheFieldsOfTheFormat() throws IOException {
    JsonNode manifest = manifest(5);
    assertThat(manifest.at("/format/major").intValue()).isEqualTo(1);
    assertThat(format).isEqualTo("1.%d".formatted(manifest.at("/format/minor").intValue()));
    assertThat(manifest.at("/op/kind").textValue()).isEqualTo("upsert");
    assertThat(manifest.at("/schema/metadata/1/column").intValue()).isEqualTo(2);
    assertThat(manifest.at("/schema/lastColumn").intValue()).isEqualTo(2);
    assertThat(manifest.at("/segments/0/schema/metadata/0/name").textValue()).isEqualTo("text");
    assertThat(manifest.at("/segments/0/deletes/rows").intValue()).isEqualTo(4);
    assertThat(manifest.at("/segments/1/graphFiles")).isEmpty();
    assertThat(manifest.at("/ledger/writers/sink/0/id").longValue()).isEqualTo(3);
    assertThat(manifest(7).at("/ledger/tags/release").longValue()).isEqualTo(2);
    assertThat(manifest(7).at("/segments/0/compactedFrom")).hasSize(2);
  }

  /** Decodes the bytes as the format says, without the code that reads them. */
  @Test
  void deletionVectorHasTheBytesOfTheFormat() throws IOException {
    String file = manifest(2).at("/segments/0/deletes/path").textValue();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(golden.resolve(file)));
    assertThat(bytes.getInt()).isEqualTo(bytes.capacity() - 8);
    assertThat(bytes.getInt()).isEqualTo(0xD1D33964);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong()).as("32-bit bitmaps").isEqualTo(1);
    assertThat(bytes.getInt()).as("key").isZero();
    assertThat(bytes.getInt()).as("cookie without runs").isEqualTo(12346);
    assertThat(bytes.getInt()).as("containers").isEqualTo(1);
    assertThat(bytes.getShort()).as("key of the container").isZero();
    assertThat(bytes.getShort()).as("values less one").isEqualTo((short) 2);
    bytes.getInt(); // offset
    assertThat(new short[] {bytes.getShort(), bytes.getShort(), bytes.getShort()})
        .containsExactly((short) 2, (short) 11, (short) 12);
  }

  /** Decodes the bytes as the format says, without the code that reads them. */
  @Test
  void idsHaveTheBytesOfTheFormat() throws IOException {
    JsonNode rows = manifest(1).at("/segments/0/rowsFiles/0");
    assertThat(rows.has("ids")).isEqualTo(!format.equals("1.0"));
    if (!rows.has("ids")) {
      return;
    }
    assertThat(manifest(1).at("/writerFeatures/0").textValue()).isEqualTo("ids");
    assertThat(rows.get("stats").toString())
        .isEqualTo(
            "[{\"column\":0,\"min\":\"0\",\"max\":\"39\",\"nulls\":0},"
                + "{\"column\":1,\"min\":\"row 0\",\"max\":\"row 9\",\"nulls\":0}]");
    byte[] file = Files.readAllBytes(golden.resolve(rows.at("/ids/path").textValue()));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < 40; row++) {
      assertThat(bytes.getInt()).isEqualTo(row);
    }
    for (long id = 0; id < 40; id++) {
      assertThat(bytes.getLong()).isEqualTo(id);
    }
    int directory = rows.at("/ids/directoryBytes").intValue();
    assertThat(bytes.position()).isEqualTo(file.length - directory);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertThat(magic).isEqualTo("KNITIDSX".getBytes(StandardCharsets.US_ASCII));
    assertThat(new int[] {bytes.getShort(), bytes.getShort(), bytes.getInt()})
        .as("versions and flags")
        .containsExactly(1, 0, 0);
    assertThat(new int[] {bytes.getInt(), bytes.getInt(), bytes.getInt()})
        .as("type, ids, blocks")
        .containsExactly(0, 40, 1);
    assertThat(new int[] {bytes.getInt(), bytes.getInt()})
        .as("ids and bytes of the block")
        .containsExactly(40, 480);
    CRC32C crc = new CRC32C();
    crc.update(file, 0, 480);
    assertThat(bytes.getInt()).isEqualTo((int) crc.getValue());
    assertThat(bytes.getLong()).as("first id").isZero();
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void tableIsWrittenOn() throws Exception {
    String copy = directory.resolve("copy").toString();
    for (var entry : io.files(path)) {
      Path target = directory.resolve("copy").resolve(entry.path());
      Files.createDirectories(target.getParent());
      Files.copy(golden.resolve(entry.path()), target);
    }
    TableWriter writer = new TableWriter(io, copy);
    assertThat(writer.delete(List.of(1L), new CommitKey("sink", 4, "d")).rows()).isEqualTo(37);
    CommitKey known = new CommitKey("sink", 3, "abc");
    assertThat(writer.delete(List.of(9L), known).version()).isEqualTo(2);
    assertThat(new IndexTable(io, copy).newestVersion()).isEqualTo(8);
  }

  private JsonNode manifest(long version) throws IOException {
    String text = Files.readString(golden.resolve(TableLayout.manifest(version)));
    return new ObjectMapper().readTree(text.substring(0, text.lastIndexOf("crc32c:")));
  }
}
