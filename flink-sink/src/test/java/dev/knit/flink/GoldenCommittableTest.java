package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * State that version 1 of the serializers has left in savepoints must be read for ever. {@link
 * #main} wrote it; a new version gets files of its own, and these stay.
 */
class GoldenCommittableTest {
  private static final String SINK = "0f8e1c52-5d0a-4f57-9d0c-2d4f0c7a9f11";

  @TempDir Path directory;

  @Test
  void committablesOfVersion1AreRead() throws Exception {
    IndexCommittable read =
        new IndexCommittableSerializer().deserialize(1, golden("committable-1.bin"));
    assertThat(read.sink()).isEqualTo(SINK);
    assertThat(read.checkpoint()).isEqualTo(42);
    assertThat(read.parts()).hasSize(3);
    assertThat(read.parts().get(0).segment().rows()).isEqualTo(300);
    assertThat(read.parts().get(0).liveRows()).isEqualTo(299);
    assertThat(read.parts().get(0).segment().isFlat()).isTrue();
    assertThat(read.parts().get(0).deleted()).containsExactly(9L);
    assertThat(read.parts().get(1).segment()).isNull();
    assertThat(read.parts().get(1).deleted()).containsExactly(-1L, Long.MAX_VALUE);
    assertThat(read.parts().get(2).deleted()).containsExactly("ä", "");
    assertThat(read.key().digest())
        .isEqualTo(new String(golden("committable-1.key"), StandardCharsets.UTF_8));
  }

  @Test
  void rowsOfVersion1AreRead() throws Exception {
    IndexCommittable committable =
        new IndexCommittableSerializer().deserialize(1, golden("committable-1.bin"));
    assertThat(new SealedRowsSerializer().deserialize(1, golden("sealed-rows-1.bin")))
        .isEqualTo(committable.parts().get(0));
  }

  /** As long as the version is 1, what is written now is what it was. */
  @Test
  void theBytesAreTheSameStill() throws Exception {
    IndexCommittableSerializer serializer = new IndexCommittableSerializer();
    byte[] bytes = golden("committable-1.bin");
    assertThat(serializer.getVersion()).isEqualTo(1);
    assertThat(serializer.serialize(serializer.deserialize(1, bytes))).isEqualTo(bytes);
  }

  @Test
  void whatANewerKnitWroteIsRefused() throws Exception {
    byte[] bytes = golden("committable-1.bin");
    assertThatThrownBy(() -> new IndexCommittableSerializer().deserialize(2, bytes))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "The state was written by a newer Knit (version 2; this one knows 1); use that.");
    assertThatThrownBy(() -> new SealedRowsSerializer().deserialize(2, bytes))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatIsCutOffIsTold() throws Exception {
    byte[] bytes = golden("committable-1.bin");
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> new IndexCommittableSerializer().deserialize(1, cut))
          .describedAs("%d of %d bytes", length, bytes.length)
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenCommittableTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    }
  }

  /** Writes the files into the directory that is given. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createDirectories(Path.of(args[0]));
    Path tables = Files.createTempDirectory("golden");
    IndexCommittable committable = new IndexCommittable(SINK, 42, parts(tables));
    Files.write(
        directory.resolve("committable-1.bin"),
        new IndexCommittableSerializer().serialize(committable));
    Files.write(
        directory.resolve("sealed-rows-1.bin"),
        new SealedRowsSerializer().serialize(committable.parts().get(0)));
    Files.writeString(directory.resolve("committable-1.key"), committable.key().digest());
  }

  private static List<SealedRows> parts(Path tables) throws IOException {
    List<SealedRows> parts = new ArrayList<>();
    TableAccess numbers = TableAccess.of(tables.resolve("numbers").toString());
    numbers.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    try (GrowingSegment segment = begin(numbers)) {
      for (long id = 0; id < 300; id++) {
        segment.upsert(id, TestRows.vector(id), new Object[] {"row " + id});
      }
      segment.delete(9L);
      parts.add(segment.seal());
    }
    try (GrowingSegment segment = begin(numbers)) {
      segment.delete(-1L);
      segment.delete(Long.MAX_VALUE);
      parts.add(segment.seal());
    }
    TableAccess texts = TableAccess.of(tables.resolve("texts").toString());
    texts.createIfAbsent(TestRows.TEXTS, TestRows.PARAMS);
    try (GrowingSegment segment = begin(texts)) {
      segment.delete("ä");
      segment.delete("");
      parts.add(segment.seal());
    }
    return parts;
  }

  private static GrowingSegment begin(TableAccess table) throws IOException {
    return new GrowingSegment(table.io(), table.path(), table.table().snapshot(), 1);
  }
}
