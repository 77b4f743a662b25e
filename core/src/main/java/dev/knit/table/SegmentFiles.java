package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a segment on this machine: where they are if that is here, else copies of them. Each
 * is verified whole before it is used.
 */
final class SegmentFiles {
  private static final int ATTEMPTS = 3;

  private final FileIO io;
  private final String table;

  SegmentFiles(FileIO io, String table) {
    this.io = io;
    this.table = table;
  }

  /**
   * Maps a file.
   *
   * @throws CorruptIndexException when it is not what was written
   */
  MappedFile map(StoredFile file) throws IOException {
    Optional<MappedFile> mapped = mapWhole(file);
    if (mapped.isPresent()) {
      return mapped.get();
    }
    try (CheckedInput in = CheckedInput.open(io, table, file)) {
      in.finish(); // tells what is wrong
    }
    throw new CorruptIndexException(
        TableLayout.resolve(table, file.path()), "it changes while it is read");
  }

  /** Reads a file from its start; one that is damaged to where that is. */
  CheckedInput open(StoredFile file) throws IOException {
    Optional<MappedFile> mapped = mapWhole(file);
    return mapped.isPresent() ? open(file, mapped.get()) : CheckedInput.open(io, table, file);
  }

  /** Reads a file that was mapped, from its start. */
  CheckedInput open(StoredFile file, MappedFile mapped) {
    String name = TableLayout.resolve(table, file.path());
    return CheckedInput.verified(mapped.stream(), name, file);
  }

  /** The file, unless it is damaged where it is. */
  private Optional<MappedFile> mapWhole(StoredFile file) throws IOException {
    String name = TableLayout.resolve(table, file.path());
    Optional<Path> here = io.local(name);
    if (here.isEmpty()) {
      return Optional.of(mapCopy(file));
    }
    try {
      MappedFile mapped = MappedFile.of(here.get());
      return Optional.of(mapped).filter(whole -> isWhole(whole, file));
    } catch (NoSuchFileException e) {
      throw new CorruptIndexException(name, "it is missing", e);
    }
  }

  private static boolean isWhole(MappedFile mapped, StoredFile file) {
    return mapped.bytes() == file.bytes() && mapped.crc32c() == file.crc32c();
  }

  /** A copy may have been damaged since, or removed for want of room: then it is made again. */
  private MappedFile mapCopy(StoredFile file) throws IOException {
    LocalCopies copies = LocalCopies.open();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        MappedFile mapped = MappedFile.of(copies.copy(io, table, file));
        if (isWhole(mapped, file)) {
          return mapped;
        }
        copies.forget(table, file);
      } catch (NoSuchFileException e) {
        // it was there a moment ago
      }
    }
    throw new IOException(
        "A local copy of '%s' does not last; look after the disk of -Dknit.local.dir, or give more room by -Dknit.local.bytes."
            .formatted(file.path()));
  }
}
