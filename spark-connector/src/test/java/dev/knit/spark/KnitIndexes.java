package dev.knit.spark;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.List;

/** What several tests ask of indexes. */
final class KnitIndexes {
  private KnitIndexes() {}

  static Throwable failureOfOpening(Path path) {
    return catchThrowable(() -> KnitIndex.open(LocalSpark.session(), path.toString()));
  }

  /** Checksums of all data files, in order; equal for indexes that are the same to the byte. */
  static List<String> checksums(KnitIndex index) {
    return index.snapshot().segments().stream()
        .flatMap(segment -> segment.files().stream())
        .map(file -> "%s %08x".formatted(file.getClass().getSimpleName(), file.crc32c()))
        .toList();
  }
}
