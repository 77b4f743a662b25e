package dev.knit.spark;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What several tests ask of indexes. */
final class KnitIndexes {
  private KnitIndexes() {}

  static Throwable failureOfOpening(Path path) {
    return catchThrowable(() -> KnitIndex.open(LocalSpark.session(), path.toString()));
  }

  /**
   * Checksums of all rows files and of all that a graph says, in order; equal for indexes that are
   * the same. A graph's file also has the name of its segment, which no two builds share.
   */
  static List<String> checksums(KnitIndex index) {
    List<String> checksums = new ArrayList<>();
    try (OpenIndex open = OpenIndex.of(index.table(), index.snapshot())) {
      for (SegmentInfo segment : index.snapshot().segments()) {
        segment.rowsFiles().forEach(file -> checksums.add("rows %08x".formatted(file.crc32c())));
      }
      open.segments().forEach(segment -> checksums.add("graph %08x".formatted(graph(segment))));
    }
    return checksums;
  }

  /** The files of a segment. */
  static Stream<StoredFile> files(SegmentInfo segment) {
    return Stream.concat(segment.rowsFiles().stream(), segment.graphFiles().stream());
  }

  private static long graph(Segment segment) {
    CRC32C crc = new CRC32C();
    crc.update(segment.graph().levels());
    update(crc, segment.graph().lists(0));
    update(crc, segment.graph().lists(1));
    update(crc, segment.graph().entryPoint());
    for (int row = 0; row < segment.rows(); row++) {
      update(crc, segment.node(row));
    }
    return crc.getValue();
  }

  private static void update(CRC32C crc, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asIntBuffer().put(values);
    crc.update(bytes);
  }
}
