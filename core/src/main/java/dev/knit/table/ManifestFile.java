package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A manifest as a file. */
final class ManifestFile {
  private ManifestFile() {}

  /**
   * What stands in the place of the manifest of a version that has expired: the name stays taken,
   * so that a writer who slept long cannot create it again.
   */
  static byte[] expired() {
    return "expired\n".getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] bytes(Snapshot snapshot) {
    return CheckedText.bytes(snapshot.toJson());
  }

  /**
   * Reads the manifest of {@code version}.
   *
   * @throws java.io.FileNotFoundException when there is none
   * @throws NoSuchIndexException when the version has expired
   */
  static Snapshot read(FileIO io, String table, long version) throws IOException {
    String file = TableLayout.resolve(table, TableLayout.manifest(version));
    byte[] bytes;
    try (InputStream in = io.open(file)) {
      bytes = in.readAllBytes();
    }
    if (Arrays.equals(bytes, expired())) {
      throw new NoSuchIndexException(
          "Version %d of '%s' has expired; read a newer one.".formatted(version, table));
    }
    Snapshot snapshot = ManifestJson.read(file, CheckedText.text(file, bytes));
    if (snapshot.version() != version) {
      throw new CorruptIndexException(file, "it is version %d".formatted(snapshot.version()));
    }
    return snapshot;
  }
}
