package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Tries whether a storage does what commits rely on, before a table is made on it: some that look
 * like S3 pass over the condition of a conditional write and overwrite.
 */
final class StorageProbe {
  private StorageProbe() {}

  /**
   * Creates a file twice below {@code table}.
   *
   * @throws UnsupportedOperationException when the second time succeeds too
   * @throws IOException when nothing can be written there
   */
  static void run(FileIO io, String table) throws IOException {
    String file = TableLayout.resolve(table, TableLayout.probe(UUID.randomUUID()));
    byte[] first = "first".getBytes(StandardCharsets.US_ASCII);
    byte[] second = "second".getBytes(StandardCharsets.US_ASCII);
    try {
      boolean created = io.createIfAbsent(file, first);
      if (!created || io.createIfAbsent(file, second) || read(io, file) != first.length) {
        throw new UnsupportedOperationException(
            "The storage of '%s' lets a second writer create a file that exists; an index table there would lose commits."
                .formatted(table));
      }
    } catch (IOException e) {
      throw new IOException(
          "No index table can be made in '%s': %s".formatted(table, e.getMessage()), e);
    } finally {
      io.delete(file);
    }
  }

  private static int read(FileIO io, String file) throws IOException {
    try (InputStream in = io.open(file)) {
      return in.readAllBytes().length;
    }
  }
}
